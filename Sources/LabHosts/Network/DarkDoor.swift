internal import Glibc

/// A port of a machine nobody reaches: who connects waits until he gives up.
/// Without it the lab's loopback would refuse at once, as a machine does that
/// is reached.
///
/// The kernel drops every request to a socket whose queue is full; so one
/// connection fills it, and nobody takes it out.
final class DarkDoor: Sendable {
    private let listener: Int32, filling: Int32

    /// Takes the place of whoever listened there.
    init(address: String, port: UInt16) throws(LabFailure) {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        guard inet_pton(AF_INET, address, &place.sin_addr) == 1 else {
            throw LabFailure("\(address) is no address")
        }
        (listener, filling) = (Self.stream(), Self.stream())
        var isFull = false
        // Who listened there may not be quite gone.
        for _ in 0..<250 where !isFull {
            isFull =
                Self.call(place) { bind(listener, $0, $1) } && listen(listener, 0) == 0
                && Self.call(place) { connect(filling, $0, $1) }
            if !isFull, errno != EADDRINUSE { break }
            if !isFull { Background.sleep(20) }
        }
        guard isFull else {
            let reason = String(cString: strerror(errno))
            close()
            throw LabFailure("\(address):\(port) cannot be made dark: \(reason)")
        }
    }

    func close() {
        Glibc.close(filling)
        Glibc.close(listener)
    }

    private static func stream() -> Int32 {
        let descriptor = socket(
            AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        return descriptor
    }

    private static func call(
        _ place: sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Bool {
        withUnsafePointer(to: place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
