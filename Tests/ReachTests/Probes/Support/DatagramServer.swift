import Dispatch
import Glibc
import Testing

/// A DNS server that answers what a test wants, honest or not.
final class DatagramServer: Sendable {
    let port: Int
    private let descriptor: Int32
    private let ended = DispatchSemaphore(value: 0)

    /// `answers` makes the datagrams that follow one query.
    init(_ answers: @escaping @Sendable (_ query: [UInt8]) -> [[UInt8]]) throws {
        let bound = try Loopback.socket(SOCK_DGRAM)
        descriptor = bound.descriptor
        port = bound.port
        // An ordinary datagram of no bytes from ourselves ends the loop.
        let socket = descriptor
        DispatchQueue(label: "dns").async { [ended] in
            defer { ended.signal() }
            var bytes = [UInt8](repeating: 0, count: 2048)
            while true {
                var from = sockaddr_in()
                var size = socklen_t(MemoryLayout<sockaddr_in>.size)
                let count = withUnsafeMutablePointer(to: &from) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        recvfrom(socket, &bytes, bytes.count, 0, $0, &size)
                    }
                }
                guard count > 0 else { return }
                for answer in answers(Array(bytes.prefix(count))) {
                    withUnsafePointer(to: from) { pointer in
                        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                            _ = sendto(socket, answer, answer.count, 0, $0, size)
                        }
                    }
                }
            }
        }
    }

    deinit {
        var own = sockaddr_in()
        own.sin_family = sa_family_t(AF_INET)
        own.sin_port = UInt16(port).bigEndian
        own.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        withUnsafePointer(to: own) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(descriptor, nil, 0, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        ended.wait()
        close(descriptor)
    }
}
