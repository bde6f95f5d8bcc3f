/// What may name a host, a user and a key: nothing that ssh, a shell or a
/// resolver could take for something else.
public enum HostGrammar {
    /// Labels of a-z, 0-9 and '-' with dots between them: 1 to 63 characters
    /// each, no '-' at their ends, 253 in all.
    public static func isName(_ text: String) -> Bool {
        text.utf8.count <= 253
            && text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
                .allSatisfy { label in
                    (1...63).contains(label.count) && label.allSatisfy { isWord($0) }
                        && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                }
    }

    /// A DNS name, or an IPv4 or IPv6 address in its plain form, no zone.
    public static func isAddress(_ text: String) -> Bool { canonical(text) != nil }

    /// The one spelling of an address, to compare it; nil when it is none.
    public static func canonical(_ text: String) -> String? {
        if text.utf8.contains(UInt8(ascii: ":")) {
            return groups(text)?.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard isName(text), let last = text.split(separator: ".").last else { return nil }
        // A resolver takes 10.1, 0x7f.1 and 010.0.0.1 for addresses, and not
        // for those they look like.
        let isNumber = last.utf8.allSatisfy(isDigit) || last.hasPrefix("0x")
        return !isNumber || isDotted(text) ? text : nil
    }

    /// `[a-z_][a-z0-9_-]{0,31}`.
    public static func isUser(_ text: String) -> Bool {
        guard let first = text.utf8.first, !isDigit(first), first != UInt8(ascii: "-") else {
            return false
        }
        return text.utf8.count <= 32
            && text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: "_") }
    }

    /// `type base64`, as in known_hosts: one key, nothing before or behind it.
    public static func isKey(_ text: String) -> Bool {
        let words = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 2, words[0].first.map({ isWord($0) }) == true else { return false }
        let body = words[1].reversed().drop { $0 == UInt8(ascii: "=") }
        return words[0].allSatisfy { isWord($0) || "@.".utf8.contains($0) }
            && !body.isEmpty && words[1].count - body.count <= 2
            && body.allSatisfy {
                isWord($0) && $0 != UInt8(ascii: "-") || (0x41...0x5A).contains($0)
                    || "+/".utf8.contains($0)
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || isDigit(byte) || byte == UInt8(ascii: "-")
    }

    private static func isDotted(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in UInt8(part).map { String($0) == part } ?? false }
    }

    /// The eight groups of an IPv6 address.
    private static func groups(_ text: String) -> [UInt16]? {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        var found: [[UInt16]] = []
        for half in halves {
            let parts = half.split(separator: ":", omittingEmptySubsequences: false)
            let values = half.isEmpty ? [] : parts.map(group)
            guard values.allSatisfy({ $0 != nil }) else { return nil }
            found.append(values.compactMap { $0 })
        }
        let missing = 8 - found.reduce(0) { $0 + $1.count }
        guard halves.count == 1 ? missing == 0 : missing > 0 else { return nil }
        return found[0] + Array(repeating: 0, count: missing) + (found.count == 2 ? found[1] : [])
    }

    private static func group(_ text: Substring) -> UInt16? {
        guard (1...4).contains(text.utf8.count),
            text.utf8.allSatisfy({ isDigit($0) || (0x61...0x66).contains($0) })
        else { return nil }
        return UInt16(text, radix: 16)
    }
}
