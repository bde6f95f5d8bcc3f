internal import Glibc

/// The programs a lab is made of.
public struct Tools: Hashable, Sendable {
    /// This very program: the shims are it under other names.
    public let lab: String
    public let bwrap: String, sshd: String, sshKeygen: String, ssh: String, git: String
    /// Folders of libraries for `sshd`, when it comes from an unpacked package.
    public let libraries: [String]
    /// Folders outside /usr this program's own libraries come from.
    public let runtime: [String]
    /// The unpacked packages' folder of programs.
    public let programs: String?

    /// Finds them: in `folder` (Debian packages unpacked into it) first, then
    /// on `PATH`. The error says what is missing and which package has it.
    public static func find(folder: String?) throws(MissingTool) -> Tools {
        let root = folder.map { "\($0)/usr" }
        func tool(_ name: String, _ package: String) throws(MissingTool) -> String {
            let places =
                (root.map { ["\($0)/bin", "\($0)/sbin"] } ?? [])
                + (environment("PATH") ?? "").split(separator: ":").map(String.init)
                + ["/usr/sbin", "/usr/bin"]
            guard let place = places.first(where: { access("\($0)/\(name)", X_OK) == 0 }) else {
                throw MissingTool(name: name, package: package)
            }
            return "\(place)/\(name)"
        }
        let folders = folder.map { ["\($0)/lib", "\($0)/usr/lib"] } ?? []
        guard let lab = Disk.resolved("/proc/self/exe") else {
            throw MissingTool(name: "recover-lab", package: "recover")
        }
        return Tools(
            lab: lab, bwrap: try tool("bwrap", "bubblewrap"),
            sshd: try tool("sshd", "openssh-server"),
            sshKeygen: try tool("ssh-keygen", "openssh-client"),
            ssh: try tool("ssh", "openssh-client"), git: try tool("git", "git"),
            libraries: folders.flatMap { path in
                [path]
                    + Disk.names(path).filter { $0.contains("-linux-gnu") }.map { "\(path)/\($0)" }
            }, runtime: mappedFolders(), programs: root.map { "\($0)/bin" })
    }

    /// A variable of this process's environment.
    public static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// Folders of the libraries in this process that a sandbox with the
    /// machine's /usr would not see: a toolchain's, for a debug build.
    static func mappedFolders() -> [String] {
        let maps = (Disk.text("/proc/self/maps") ?? "").split(separator: "\n")
        let files = maps.compactMap { line in
            line.firstIndex(of: "/").map { String(line[$0...]) }
        }
        let folders = files.filter { $0.contains(".so") }.compactMap { file in
            file.lastIndex(of: "/").map { String(file[..<$0]) }
        }
        let system = ["/usr/", "/lib/", "/lib64/", "/lib64", "/lib"]
        return Set(folders).filter { folder in
            !system.contains { folder == $0 || folder.hasPrefix($0) && $0.hasSuffix("/") }
        }.sorted()
    }
}
