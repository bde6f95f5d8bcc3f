internal import Glibc
internal import LabHosts

/// A name server on one address, port 53, over UDP.
final class NameDoor: Sendable {
    private let descriptor: Int32

    init(
        address: String, port: UInt16, answer: @escaping @Sendable (DNSMessage) -> DNSAnswer
    ) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw LabFailure("no socket: \(errno)") }
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
        self.descriptor = descriptor
        Background.run { NameDoor.serve(descriptor, answer) }
    }

    /// Answers nobody any more.
    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

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
