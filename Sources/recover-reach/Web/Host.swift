/// Whom a probe asks: a DNS name or an IP address, in one plain spelling.
///
/// A name whose last label looks like a number is refused: `0x7f.1` and
/// `2130706433` are names to a reader and 127.0.0.1 to a resolver.
enum Host: Hashable {
    case name(String)
    case address(IPAddress)

    /// Parses a host as it stands alone: IPv6 without brackets.
    init(_ text: String) throws(Objection) {
        if let address = IPAddress(text) {
            if let reason = address.objection { throw Objection(reason) }
            self = .address(address)
            return
        }
        guard !text.utf8.contains(UInt8(ascii: ":")) else {
            throw Objection("'\(text.shown)' is no IPv6 address in its plain spelling")
        }
        try Self.check(name: text)
        self = .name(text)
    }

    private static func check(name: String) throws(Objection) {
        guard (1...253).contains(name.utf8.count) else {
            throw Objection("a host name has 1 to 253 characters")
        }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        for label in labels {
            guard (1...63).contains(label.utf8.count) else {
                throw Objection("each part of a host name has 1 to 63 characters")
            }
            guard label.utf8.allSatisfy({ $0.isAlphanumeric || $0 == UInt8(ascii: "-") }),
                label.utf8.first != UInt8(ascii: "-"), label.utf8.last != UInt8(ascii: "-")
            else {
                throw Objection(
                    "'\(label.shown)' is no part of a host name: letters, digits and inner -")
            }
        }
        let last = labels[labels.count - 1].lowercased()
        let isHexadecimal = last.hasPrefix("0x") && last.utf8.dropFirst(2).allSatisfy(\.isHexDigit)
        guard !isHexadecimal, !last.utf8.allSatisfy(\.isDigit) else {
            throw Objection("'\(name.shown)' is an IP address in disguise, or none")
        }
    }
}

extension StringProtocol {
    /// Like `String.shown`, for parts of one.
    fileprivate var shown: String { String(self).shown }
}

extension UInt8 {
    var isDigit: Bool { (0x30...0x39).contains(self) }

    var isAlphanumeric: Bool { isDigit || (0x61...0x7A).contains(self | 0x20) }

    var isHexDigit: Bool { isDigit || (0x61...0x66).contains(self | 0x20) }
}
