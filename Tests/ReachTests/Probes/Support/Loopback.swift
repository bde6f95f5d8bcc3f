import Glibc
import Testing

/// Sockets on 127.0.0.1, for the servers of these tests.
enum Loopback {
    /// A bound socket; port 0 takes a free one.
    static func socket(_ type: __socket_type, port: Int = 0) throws -> (
        descriptor: Int32, port: Int
    ) {
        let descriptor = Glibc.socket(AF_INET, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try #require(descriptor >= 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        if !bound { close(descriptor) }
        try #require(bound)
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// A port nobody listens on, neither for streams nor for datagrams.
    static func freePort() throws -> Int {
        let stream = try socket(SOCK_STREAM)
        close(stream.descriptor)
        return stream.port
    }
}
