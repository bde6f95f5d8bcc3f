internal import Glibc

/// Where a literal `http` question may lead: two schemes, no user, one spelling
/// of every address, nothing that two parsers could read in two ways.
///
/// The program that asks has the same grammar and the last word; here the author
/// is told before anybody needs the runbook.
enum WebAddress {
    /// Why `text` is no URL for a question, or nil.
    static func objection(to text: String) -> String? {
        if text.utf8.count > 2048 { return "this URL is longer than 2048 bytes" }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return "this URL has a space, a control character or a letter outside ASCII; write %XX"
        }
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else {
            return "this URL begins with neither http:// nor https://"
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#\\".contains($0) }
        // Not echoed: a password may stand there.
        if authority.contains("@") {
            return "this URL names a user; credentials do not belong in a URL"
        }
        return objection(authority: authority)
            ?? objection(target: Array(rest.dropFirst(authority.count).utf8)[...])
    }

    private static func objection(authority: Substring) -> String? {
        var host = authority.prefix { $0 != ":" }
        var port = authority.dropFirst(host.count)
        let isBracketed = authority.hasPrefix("[")
        if isBracketed {
            guard let end = authority.firstIndex(of: "]") else { return "a bracket is not closed" }
            host = authority[authority.index(after: authority.startIndex)..<end]
            port = authority[authority.index(after: end)...]
            if !host.contains(":") { return "only an IPv6 address stands in brackets" }
        }
        if let reason = objection(host: String(host)) { return reason }
        if port.isEmpty { return nil }
        let digits = port.dropFirst()
        guard port.hasPrefix(":"), digits.utf8.allSatisfy(isDigit), !digits.hasPrefix("0"),
            let number = Int(digits), (1...65_535).contains(number)
        else { return "\(String(port).excerpt) is no port from :1 to :65535" }
        return nil
    }

    private static func objection(host: String) -> String? {
        if let bytes = address(host) {
            return bytes.count == 4 ? objection(v4: bytes, host) : objection(v6: bytes, host)
        }
        if host.contains(":") { return "\(host.excerpt) is no IPv6 address in its plain spelling" }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isName =
            (1...253).contains(host.utf8.count)
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy {
                        isDigit($0) || isLetter($0) || $0 == UInt8(ascii: "-")
                    }
            }
        guard isName, let last = labels.last?.lowercased() else {
            return "\(host.excerpt) is no host name"
        }
        let isHexadecimal = last.hasPrefix("0x") && last.utf8.dropFirst(2).allSatisfy(isHexadecimal)
        return isHexadecimal || last.utf8.allSatisfy(isDigit)
            ? "\(host.excerpt) is an IP address in disguise, or none" : nil
    }

    private static func objection(v4 bytes: [UInt8], _ host: String) -> String? {
        switch (bytes[0], bytes[1]) {
        case (0, _): "\(host) means this machine, in disguise"
        case (169, 254): "\(host) is link-local, where clouds keep their credentials"
        case (224..., _): "\(host) is no address of one machine"
        default: nil
        }
    }

    private static func objection(v6 bytes: [UInt8], _ host: String) -> String? {
        let zeros = [UInt8](repeating: 0, count: 10)
        if bytes == zeros + [0, 0, 0, 0, 0, 1] { return nil }
        // What carries an IPv4 address inside would get around every rule about that address.
        let disguises: [[UInt8]] = [
            zeros + [0, 0], zeros + [0xFF, 0xFF], [0, 0x64, 0xFF, 0x9B], [0x20, 0x02],
            [0x20, 0x01, 0, 0],
        ]
        if disguises.contains(where: { bytes.starts(with: $0) }) {
            return "\(host) is an IPv4 address in disguise"
        }
        if bytes[0] == 0xFE, bytes[1] & 0xC0 == 0x80 { return "\(host) is link-local" }
        if bytes[0] == 0xFF { return "\(host) is no address of one machine" }
        return bytes.starts(with: [0xFD, 0x00, 0x0E, 0xC2]) && bytes[14...] == [0x02, 0x54]
            ? "\(host) is where a cloud keeps its credentials" : nil
    }

    /// The 4 or 16 bytes behind an address in its one spelling.
    private static func address(_ text: String) -> [UInt8]? {
        let isV6 = text.utf8.contains(UInt8(ascii: ":"))
        let family = isV6 ? AF_INET6 : AF_INET
        var bytes = [UInt8](repeating: 0, count: isV6 ? 16 : 4)
        guard text.utf8.count <= 45, inet_pton(family, text, &bytes) == 1 else { return nil }
        var spelling = [CChar](repeating: 0, count: 64)
        inet_ntop(family, bytes, &spelling, socklen_t(spelling.count))
        let plain = spelling.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: plain, as: UTF8.self) == text.lowercased() ? bytes : nil
    }

    /// RFC 3986 path and query; escaped control characters are refused, too.
    private static func objection(target: ArraySlice<UInt8>) -> String? {
        let punctuation = Set("-._~!$&'()*+,;=:@/?".utf8)
        var bytes = target
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "%") {
                let digits = bytes.prefix(2)
                guard digits.count == 2, digits.allSatisfy(isHexadecimal),
                    let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
                else { return "this URL has a % without two hexadecimal digits" }
                if value < 0x20 || value == 0x7F {
                    return "this URL has an escaped control character"
                }
                bytes = bytes.dropFirst(2)
            } else if byte == UInt8(ascii: "#") {
                return "a fragment is never sent; leave out what follows #"
            } else if !isDigit(byte), !isLetter(byte), !punctuation.contains(byte) {
                return "'\(UnicodeScalar(byte))' does not stand in a URL; escape it"
            }
        }
        return nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x66).contains(byte | 0x20)
    }
}
