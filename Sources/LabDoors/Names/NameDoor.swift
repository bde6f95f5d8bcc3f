internal import Glibc
internal import LabHosts

/// A name server on one address, port 53, over UDP and TCP.
final class NameDoor: Sendable {
    private let descriptor: Int32, listener: Int32

    init(
        address: String, port: UInt16, answer: @escaping @Sendable (DNSMessage) -> DNSAnswer
    ) throws {
        descriptor = try Self.bound(SOCK_DGRAM, address, port)
        do {
            listener = try Self.bound(SOCK_STREAM, address, port)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        listen(listener, 16)
        Background.run { [descriptor] in NameDoor.serve(descriptor, answer) }
        Background.run { [listener] in NameDoor.accept(listener, answer) }
    }

    private static func bound(
        _ type: __socket_type, _ address: String, _ port: UInt16
    ) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw LabFailure("no socket: \(errno)") }
        var yes: Int32 = 1
        if type == SOCK_STREAM {
            setsockopt(
                descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        let isBound =
            inet_pton(AF_INET, address, &place.sin_addr) == 1
            && withUnsafePointer(to: &place) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
        guard isBound else {
            let code = errno
            Glibc.close(descriptor)
            throw LabFailure(String(cString: strerror(code)))
        }
        return descriptor
    }

    /// Answers nobody any more.
    func close() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        shutdown(listener, Int32(SHUT_RDWR))
    }

    // MARK: TCP

    private static func accept(
        _ listener: Int32, _ answer: @escaping @Sendable (DNSMessage) -> DNSAnswer
    ) {
        defer { Glibc.close(listener) }
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            var limit = timeval(tv_sec: 10, tv_usec: 0)
            setsockopt(
                client, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            Background.run {
                defer { Glibc.close(client) }
                converse(client, answer)
            }
        }
    }

    /// Each message comes behind its length, two bytes.
    private static func converse(_ client: Int32, _ answer: (DNSMessage) -> DNSAnswer) {
        while let head = read(client, 2),
            let bytes = read(client, Int(head[0]) << 8 | Int(head[1])),
            let message = DNSMessage(bytes), let reply = message.reply(answer(message))
        {
            let whole = [UInt8(reply.count >> 8), UInt8(reply.count & 0xFF)] + reply
            guard send(client, whole, whole.count, Int32(MSG_NOSIGNAL)) == whole.count else {
                return
            }
        }
    }

    private static func read(_ client: Int32, _ count: Int) -> [UInt8]? {
        guard count > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        return recv(client, &bytes, count, Int32(MSG_WAITALL)) == count ? bytes : nil
    }

    // MARK: UDP

    /// Until `close`; the socket is closed here, where it is read.
    private static func serve(_ descriptor: Int32, _ answer: (DNSMessage) -> DNSAnswer) {
        defer { Glibc.close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1500)
        while true {
            var client = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let count = withUnsafeMutablePointer(to: &client) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(descriptor, &buffer, buffer.count, 0, $0, &length)
                }
            }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                return
            }
            guard let message = DNSMessage(Array(buffer.prefix(count))),
                let reply = message.reply(answer(message))
            else { continue }
            _ = withUnsafePointer(to: client) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(descriptor, reply, reply.count, 0, $0, length)
                }
            }
        }
    }
}
