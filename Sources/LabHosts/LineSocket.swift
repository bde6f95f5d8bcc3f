internal import Glibc
public import JSON

/// One end of a connection that carries a line of JSON at a time.
public struct LineSocket: Sendable {
    private let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Connects to the socket at `path`; nil when nobody listens there.
    public static func connect(_ path: String) -> LineSocket? {
        guard let descriptor = withAddress(path, { Glibc.connect($0, $1, $2) }) else { return nil }
        return LineSocket(descriptor: descriptor)
    }

    /// Sends one line; false when the other end is gone.
    @discardableResult
    public func send(_ value: JSONValue) -> Bool {
        var rest = (value.utf8 + [0x0A])[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Waits for one line; nil at the end of the stream or for what is no JSON.
    public func receive() -> JSONValue? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 1 << 20 {
            let count = Glibc.read(descriptor, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            guard count == 1 else { return nil }
            if byte == 0x0A { return try? JSONValue(parsing: line) }
            line.append(byte)
        }
        return nil
    }

    /// Whether the other end has closed; for one who owes it an answer.
    public var isGone: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 0
    }

    /// Ends the connection.
    public func close() { Glibc.close(descriptor) }

    /// Listens at `path`, in place of what was there; -1 and `errno` when that
    /// is refused.
    static func listen(_ path: String) -> Int32 {
        unlink(path)
        guard let descriptor = withAddress(path, { Glibc.bind($0, $1, $2) }) else { return -1 }
        guard Glibc.listen(descriptor, 64) == 0 else { return -1 }
        return descriptor
    }

    /// The next connection; nil when the listening socket was closed.
    static func accept(_ listener: Int32) -> LineSocket? {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            if descriptor >= 0 {
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                return LineSocket(descriptor: descriptor)
            }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// A new socket after `call` on `path`. A socket's address holds 107 bytes
    /// only, so the folder is opened and named by its descriptor.
    private static func withAddress(
        _ path: String, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32? {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let folder = open(String(path[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return nil }
        defer { Glibc.close(folder) }
        let short = Array("/proc/self/fd/\(folder)\(path[slash...])".utf8)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard short.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: short) }
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { return nil }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if result == 0 { return descriptor }
        let code = errno
        Glibc.close(descriptor)
        errno = code
        return nil
    }
}
