internal import Glibc

/// Finds processes of an attempt whose keeper is gone, by the mark every
/// child has in its environment and hands on to its own children.
///
/// A descendant that clears its environment is not found this way.
enum Survivors {
    static let variable = "RECOVER_ATTEMPT"

    /// `pid name` of each process that carries the mark of `attempt`.
    static func of(_ attempt: String) -> [String] {
        let mark = Array("\(variable)=\(attempt)".utf8) + [0]
        guard let processes = opendir("/proc") else { return [] }
        defer { closedir(processes) }
        var found: [String] = []
        while let entry = readdir(processes) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let pid = Int32(name), pid != getpid() else { continue }
            let environment = read("/proc/\(name)/environ")
            guard contains(mark, in: environment), !isZombie(name) else { continue }
            let command = String(decoding: read("/proc/\(name)/comm").dropLast(), as: UTF8.self)
            found.append("\(pid) \(command)")
        }
        return found
    }

    private static func isZombie(_ pid: String) -> Bool {
        let text = String(decoding: read("/proc/\(pid)/stat"), as: UTF8.self)
        guard let close = text.lastIndex(of: ")") else { return true }
        return text[close...].dropFirst(2).first == "Z"
    }

    private static func contains(_ mark: [UInt8], in environment: [UInt8]) -> Bool {
        environment.split(separator: 0).contains { $0.elementsEqual(mark.dropLast()) }
    }

    private static func read(_ path: String) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count <= 0 || bytes.count > 1 << 20 { return bytes }
            bytes += buffer[0..<count]
        }
    }
}
