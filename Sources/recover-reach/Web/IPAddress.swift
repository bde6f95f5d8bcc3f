internal import Glibc

/// An IP address. It has one spelling here: dotted decimal for IPv4, RFC 5952
/// for IPv6. Whatever else a resolver would read as an address is none.
struct IPAddress: Hashable, CustomStringConvertible {
    /// 4 or 16 bytes in network order.
    let bytes: [UInt8]

    var isV6: Bool { bytes.count == 16 }

    /// The address behind a text in its one spelling (IPv6 without brackets).
    init?(_ text: String) {
        let isV6 = text.utf8.contains(UInt8(ascii: ":"))
        var bytes = [UInt8](repeating: 0, count: isV6 ? 16 : 4)
        guard text.utf8.count <= 45, !text.utf8.contains(0),
            inet_pton(isV6 ? AF_INET6 : AF_INET, text, &bytes) == 1
        else { return nil }
        self.bytes = bytes
        guard description == text.lowercased() else { return nil }
    }

    /// 4 or 16 bytes in network order.
    init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }

    var description: String {
        var text = [CChar](repeating: 0, count: 64)
        inet_ntop(isV6 ? AF_INET6 : AF_INET, bytes, &text, socklen_t(text.count))
        return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Why no probe goes to this address, or nil.
    var objection: String? { isV6 ? objectionToV6 : objectionToV4 }

    private var objectionToV4: String? {
        switch (bytes[0], bytes[1]) {
        case (0, _): "\(self) means this machine, in disguise"
        case (169, 254): "\(self) is link-local, where clouds keep their credentials"
        case (224..., _): "\(self) is no address of one machine"
        default: nil
        }
    }

    private var objectionToV6: String? {
        let loopback = [UInt8](repeating: 0, count: 15) + [1]
        if bytes == loopback { return nil }
        // What carries an IPv4 address inside would get around every rule about that address.
        let disguises: [[UInt8]] = [
            [UInt8](repeating: 0, count: 12), [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF],
            [0, 0x64, 0xFF, 0x9B], [0x20, 0x02], [0x20, 0x01, 0, 0],
        ]
        if disguises.contains(where: { bytes.starts(with: $0) }) {
            return "\(self) is an IPv4 address in disguise"
        }
        if bytes[0] == 0xFE, bytes[1] & 0xC0 == 0x80 { return "\(self) is link-local" }
        if bytes[0] == 0xFF { return "\(self) is no address of one machine" }
        let metadata: [UInt8] = [0xFD, 0x00, 0x0E, 0xC2]
        return bytes.starts(with: metadata) && bytes[14...] == [0x02, 0x54]
            ? "\(self) is where a cloud keeps its credentials" : nil
    }
}
