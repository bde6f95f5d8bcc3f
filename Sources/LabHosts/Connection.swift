internal import Glibc

/// Whether somebody listens.
enum Connection {
    /// Whether a process has `address` (IPv4) open on `port`; it does not notice.
    static func isListening(_ address: String, _ port: UInt16) -> Bool {
        var place = in_addr()
        guard inet_pton(AF_INET, address, &place) == 1 else { return false }
        let wanted = hexadecimal(place.s_addr, 8) + ":" + hexadecimal(UInt32(port), 4)
        return (Disk.text("/proc/thread-self/net/tcp") ?? "").split(separator: "\n").contains {
            // `sl local_address rem_address st …`; 0A is LISTEN.
            let words = $0.split(separator: " ", maxSplits: 4)
            return words.count > 3 && words[1] == wanted && words[3] == "0A"
        }
    }

    private static func hexadecimal(_ number: UInt32, _ count: Int) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: count - digits.count) + digits
    }

    /// Whether `address` (IPv4) accepts a connection on `port` within `seconds`.
    static func isOpen(_ address: String, _ port: UInt16, seconds: Int = 5) -> Bool {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        guard inet_pton(AF_INET, address, &place.sin_addr) == 1 else { return false }
        return withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
