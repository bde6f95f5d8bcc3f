import Digest
import Glibc
import LabCluster
import LabHosts

/// The disks of the simulated machines: directories in their trees, and a
/// folder for what lies outside of every machine.
///
/// A path is followed as the machine itself would follow it: a link in it leads
/// nowhere outside its tree.
struct LabDisks: VolumeDisks {
    let paths: LabPaths

    private func root(_ node: String) -> String {
        node.isEmpty ? "\(paths.root)/outside" : paths.tree(node)
    }

    /// Where `place` stands on this machine.
    private func path(_ place: VolumePlace) -> String {
        var real: [String] = []
        var rest = Array(place.path.split(separator: "/").map(String.init).reversed())
        var links = 0
        while let name = rest.popLast() {
            if name == "." { continue }
            if name == ".." {
                _ = real.popLast()
                continue
            }
            let candidate = ([root(place.node)] + real + [name]).joined(separator: "/")
            guard links < 40, let target = Self.link(candidate) else {
                real.append(name)
                continue
            }
            links += 1
            if target.hasPrefix("/") { real = [] }
            rest += target.split(separator: "/").map(String.init).reversed()
        }
        return ([root(place.node)] + real).joined(separator: "/")
    }

    private static func link(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func exists(_ place: VolumePlace) -> Bool { Disk.isFolder(path(place)) }

    func make(_ place: VolumePlace) {
        guard Disk.isFolder(root(place.node)) || place.node.isEmpty else { return }
        complain("made", place) { try Disk.makeFolder(path(place), mode: 0o777) }
    }

    func fill(_ place: VolumePlace, _ text: String) {
        let folder = path(place)
        guard Disk.isFolder(folder), Disk.names(folder).isEmpty else { return }
        complain("filled", place) { try Disk.write("\(folder)/data", text) }
    }

    func remove(_ place: VolumePlace) { Disk.removeTree(path(place)) }

    func copy(_ source: VolumePlace, to target: VolumePlace) {
        let folder = path(target)
        Disk.removeTree(folder)
        complain("copied to", target) { try Disk.copyTree(path(source), to: folder) }
    }

    func digest(of place: VolumePlace) -> String? {
        let folder = path(place)
        guard Disk.isFolder(folder) else { return nil }
        var lines: [String] = []
        Self.list(folder, "", into: &lines)
        return SHA256.hex(Array(lines.joined(separator: "\n").utf8))
    }

    /// One line for each entry: kind, mode, name and a digest of the bytes.
    private static func list(_ folder: String, _ prefix: String, into lines: inout [String]) {
        for name in Disk.names(folder) {
            let path = "\(folder)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            let head = "\(String(status.st_mode, radix: 8)) \(prefix)\(name)"
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                lines.append(head)
                list(path, "\(prefix)\(name)/", into: &lines)
            case S_IFLNK: lines.append("\(head) -> \(link(path) ?? "")")
            default: lines.append("\(head) \(SHA256.hex(Disk.read(path) ?? []))")
            }
        }
    }

    private func complain(_ what: String, _ place: VolumePlace, _ body: () throws -> Void) {
        do { try body() } catch {
            Complaint.say("\(place.path) of \(place.node) cannot be \(what): \(error)")
        }
    }
}
