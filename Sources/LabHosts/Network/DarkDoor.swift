internal import Glibc

/// A port of a machine nobody reaches: what is sent there is dropped, so that
/// who connects waits until he gives up. Without it the lab's loopback would
/// refuse at once, as a machine does that is reached.
final class DarkDoor: Sendable {
    private let descriptor: Int32

    /// Takes the place of whoever listened there.
    init(address: String, port: UInt16) throws(LabFailure) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | 0o2000000, 0)
        guard descriptor >= 0, Self.dropAll(descriptor), Self.bind(descriptor, address, port),
            listen(descriptor, 1) == 0
        else {
            let reason = String(cString: strerror(errno))
            Glibc.close(descriptor)
            throw LabFailure("\(address):\(port) cannot be made dark: \(reason)")
        }
    }

    func close() { Glibc.close(descriptor) }

    /// One instruction of a socket filter (classic BPF): keep no byte.
    private static func dropAll(_ descriptor: Int32) -> Bool {
        struct Filter {
            var code: UInt16 = 0x06
            var isTrue: UInt8 = 0, isFalse: UInt8 = 0
            var value: UInt32 = 0
        }
        struct Program {
            var length: UInt16 = 1
            var filter: UnsafePointer<Filter>
        }
        let attach: Int32 = 26
        return withUnsafePointer(to: Filter()) { filter in
            var program = Program(filter: filter)
            return setsockopt(
                descriptor, SOL_SOCKET, attach, &program, socklen_t(MemoryLayout<Program>.size))
                == 0
        }
    }

    private static func bind(_ descriptor: Int32, _ address: String, _ port: UInt16) -> Bool {
        var yes: Int32 = 1
        setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        guard inet_pton(AF_INET, address, &place.sin_addr) == 1 else { return false }
        return withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
