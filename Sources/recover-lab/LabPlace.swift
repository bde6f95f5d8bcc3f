import Glibc
import LabHosts

/// A lab's folder on the way to becoming a world of its own.
struct LabPlace {
    let description: LabDescription
    let library: Library
    let tools: Tools
    let paths: LabPaths

    /// Makes or opens the folder `directory`, for a drill of `runbook` or for
    /// anything.
    init(directory: String, options: Options, drilling runbook: String? = nil) throws {
        library = try Library.find(options["library"])
        description = try LabDescription(
            try library.estate(options["estate"], drilling: runbook), library: library)
        tools = try Tools.find(folder: try LabPlace.toolFolder(options, library))
        try Disk.makeFolder(directory, mode: 0o700)
        guard let root = Disk.resolved(directory) else {
            throw InputError("\(directory) cannot be opened")
        }
        // The path stands in sshd's and ssh's configuration, which quote nothing.
        guard root.utf8.allSatisfy({ LabPlace.plain.contains($0) }) else {
            throw InputError("the lab's folder may only have letters, digits and ./_+-: \(root)")
        }
        paths = LabPaths(root: root)
    }

    private static let plain = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_+-".utf8)

    /// `--tools`, RECOVER_LAB_TOOLS, or what the set-up unpacked.
    static func toolFolder(_ options: Options, _ library: Library) throws -> String? {
        if let named = options["tools"] ?? Tools.environment("RECOVER_LAB_TOOLS") {
            guard let folder = Disk.resolved(named) else {
                throw InputError("there is no folder \(named)")
            }
            return folder
        }
        return Disk.resolved("\(library.root)/.build/tools/root")
    }

    /// Moves this process into the lab's own world; see `Namespace.enter`.
    ///
    /// A lab knows its own path, so a copy only works where it was made:
    /// `copy` names a folder that, inside, is laid over the lab's.
    func enter(copy: String? = nil) throws {
        let outside = copy.map { LabPaths(root: $0) } ?? paths
        if Disk.exists(outside.control), let other = LineSocket.connect(outside.control) {
            other.close()
            throw InputError("a lab is already up in \(outside.root)")
        }
        let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "operator"
        try Disk.makeFolder(outside.home, mode: 0o700)
        let overlay = Overlay(folder: outside.overlay, home: paths.home, user: user)
        try overlay.write()
        let lines = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }
        try Disk.write("\(outside.root)/environment", lines.joined())
        try Namespace(
            addresses: description.addresses,
            files: overlay.files + (copy.map { [($0, paths.root)] } ?? []),
            processFile: outside.processFile
        ).enter()
    }

    /// This program's siblings, so that what is printed can be typed. The
    /// machine's own kubectl comes first, the unpacked one where there is
    /// none; `RECOVER_LAB_KUBECTL=unpacked` turns that round.
    private var path: String {
        let folder = tools.lab.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        let own = [folder, "\(paths.root)/bin", "/usr/local/bin", "/usr/bin", "/bin"]
        let unpacked = [tools.programs].compactMap { $0 }
        let isTurned = Tools.environment("RECOVER_LAB_KUBECTL") == "unpacked"
        return (isTurned ? unpacked + own : own + unpacked).joined(separator: ":")
    }

    /// The environment of somebody who works in the lab.
    var environment: [String: String] {
        var environment = [
            "PATH": path,
            "HOME": paths.home, "XDG_CONFIG_HOME": paths.config,
            "XDG_STATE_HOME": "\(paths.home)/state", "RECOVER_LIBRARY": library.root,
            "RECOVER_LAB": paths.root, "LANG": "C.UTF-8",
        ]
        let names = description.clusters.filter { name in
            description.hosts.contains { $0.cluster == name }
        }
        if let first = names.first {
            environment["KUBECONFIG"] = "\(paths.config)/recover/kubeconfig-\(first).yaml"
        }
        if let term = Tools.environment("TERM") { environment["TERM"] = term }
        return environment
    }
}
