/// Where an HTTP probe goes. The grammar is an allow-list and is checked before
/// libcurl sees a byte: two schemes, no user, no fragment, one spelling of every
/// address, nothing that two parsers could read in two ways.
struct WebURL: Hashable {
    let isSecure: Bool
    let host: Host
    let port: Int
    /// Path and query as they are sent; begins with `/`.
    let target: String

    init(_ text: String) throws(Objection) {
        guard text.utf8.count <= 2048 else { throw Objection("it is longer than 2048 bytes") }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Objection("a space, a control character or a letter outside ASCII; write %XX")
        }
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else {
            throw Objection("it begins with neither http:// nor https://")
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#\\".contains($0) }
        guard !authority.contains("@") else {
            throw Objection("it names a user; credentials do not belong in a URL")
        }
        isSecure = scheme == "https://"
        let (host, port) = try Self.split(authority)
        self.host = host
        self.port = port ?? (isSecure ? 443 : 80)
        let target = String(rest.dropFirst(authority.count))
        try Self.check(target: target)
        self.target = target.hasPrefix("/") ? target : "/" + target
    }

    /// The URL put together again from its checked parts.
    var text: String { "\(isSecure ? "https" : "http")://\(hostText):\(port)\(target)" }

    /// The host, in brackets when it is an IPv6 address.
    var hostText: String {
        switch host {
        case .name(let name): name
        case .address(let address): address.isV6 ? "[\(address)]" : "\(address)"
        }
    }

    private static func split(_ authority: Substring) throws(Objection) -> (Host, Int?) {
        var host = authority.prefix { $0 != ":" }
        var port = authority.dropFirst(host.count)
        let isBracketed = authority.hasPrefix("[")
        if isBracketed {
            guard let end = authority.firstIndex(of: "]") else {
                throw Objection("a bracket is not closed")
            }
            host = authority[authority.index(after: authority.startIndex)..<end]
            port = authority[authority.index(after: end)...]
        }
        let parsed = try Host(String(host))
        if isBracketed {
            guard case .address(let address) = parsed, address.isV6 else {
                throw Objection("only an IPv6 address stands in brackets")
            }
        }
        guard !port.isEmpty else { return (parsed, nil) }
        let digits = port.dropFirst()
        guard port.hasPrefix(":"), digits.utf8.allSatisfy(\.isDigit), !digits.hasPrefix("0"),
            let number = Int(digits), (1...65_535).contains(number)
        else { throw Objection("'\(String(port).shown)' is no port from :1 to :65535") }
        return (parsed, number)
    }

    /// RFC 3986 path and query; escaped control characters are refused, too.
    private static func check(target: String) throws(Objection) {
        let punctuation = Set("-._~!$&'()*+,;=:@/?".utf8)
        var bytes = Array(target.utf8)[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard
                    let value = UInt8(String(decoding: bytes.prefix(2), as: UTF8.self), radix: 16),
                    bytes.prefix(2).allSatisfy(\.isHexDigit), bytes.count >= 2
                else { throw Objection("a % without two hexadecimal digits") }
                guard value >= 0x20, value != 0x7F else {
                    throw Objection("an escaped control character")
                }
                bytes = bytes.dropFirst(2)
            } else if byte == UInt8(ascii: "#") {
                throw Objection("a fragment is never sent; leave out what follows #")
            } else if !byte.isAlphanumeric, !punctuation.contains(byte) {
                let shown = String(UnicodeScalar(byte))
                throw Objection("'\(shown)' does not stand in a URL; escape it")
            }
        }
    }
}
