internal import Glibc

/// Finds processes of an attempt whose keeper is gone, by the mark every
/// child has in its environment and hands on to its own children.
///
/// A descendant that clears its environment is not found this way.
enum Survivors {
    static let variable = "RECOVER_ATTEMPT"

    /// `pid name` of each process that carries the mark of `attempt`, or is in
    /// the session its child was given: `sudo` and its like clear their
    /// environment but stay in their session.
    static func of(_ attempt: String, session: Int32?) -> [String] {
        let mark = Array("\(variable)=\(attempt)".utf8)
        var found: [String] = []
        for name in Folders.names(in: "/proc") {
            guard let pid = Int32(name), pid != getpid() else { continue }
            let environment = read("/proc/\(name)/environ")
            guard let standing = Standing(String(decoding: read("/proc/\(name)/stat"), as: UTF8.self)),
                standing.state != "Z"
            else { continue }
            let isMember = session != nil && standing.session == session
            guard isMember || contains(mark, in: environment) else { continue }
            let command = String(decoding: read("/proc/\(name)/comm").dropLast(), as: UTF8.self)
            found.append("\(pid) \(command)")
        }
        return found
    }

    /// What `/proc/PID/stat` says behind the name, which may hold anything.
    private struct Standing {
        let state: Substring
        let session: Int32?

        init?(_ text: String) {
            guard let close = text.lastIndex(of: ")") else { return nil }
            let fields = text[close...].dropFirst().split(separator: " ")
            guard fields.count > 3 else { return nil }
            state = fields[0]
            session = Int32(fields[3])
        }
    }

    private static func contains(_ mark: [UInt8], in environment: [UInt8]) -> Bool {
        environment.split(separator: 0).contains { $0.elementsEqual(mark) }
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
