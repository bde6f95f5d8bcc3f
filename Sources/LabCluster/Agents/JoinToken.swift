/// A k3s token: `K10<CA digest>::<user>:<password>`, or only the password.
struct JoinToken: Hashable, Sendable {
    /// SHA-256 of the CA the token was made for, hex; nil in the short form.
    let authorityDigest: String?
    let password: String

    init(_ text: String) {
        guard text.hasPrefix("K10"), let mark = text.firstRange(of: "::"),
            let colon = text[mark.upperBound...].firstIndex(of: ":")
        else {
            authorityDigest = nil
            password = text
            return
        }
        authorityDigest = String(text[..<mark.lowerBound].dropFirst(3))
        password = String(text[text.index(after: colon)...])
    }

    /// The password in `text`, or nil when it only looks like a full token.
    static func password(in text: String) -> String? {
        let token = JoinToken(text)
        let isFull = text.hasPrefix("K10") && text.count > 66
        return isFull && token.authorityDigest == nil || token.password.isEmpty
            ? nil : token.password
    }

    /// The full form for a server with this CA.
    func full(authorityDigest: String) -> String { "K10\(authorityDigest)::server:\(password)" }

    /// Why a server with token `own` and this CA refuses the token; nil if it
    /// takes it.
    func refusal(by own: JoinToken, authorityDigest found: String) -> JoinRefusal? {
        if let wanted = authorityDigest, wanted != found {
            return .foreignAuthority(wanted: wanted, found: found)
        }
        return password == own.password ? nil : .unauthorized
    }
}

extension StringProtocol {
    /// Where `text` stands first.
    fileprivate func firstRange(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) {
                return start..<index(start, offsetBy: text.count)
            }
            start = index(after: start)
        }
        return nil
    }
}
