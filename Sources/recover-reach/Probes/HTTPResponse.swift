import JSON

/// What a server answered.
struct HTTPResponse {
    /// The certificate it showed.
    struct Certificate {
        /// Seconds since 1970.
        let expires: Int
        /// RFC 2253 text, such as `CN=api.example.org`.
        let subject: String
    }

    let status: Int
    /// Names in lower case; values of a repeated header are joined with `, `.
    let headers: [String: String]
    let body: [UInt8]
    /// Whether there was more body than was wanted.
    let isTruncated: Bool
    /// Nil without TLS.
    let certificate: Certificate?

    var json: JSONValue {
        var members: [String: JSONValue] = [
            "status": .int(status), "headers": .object(headers.mapValues { .string($0) }),
            "truncated": .bool(isTruncated),
        ]
        if let text {
            members["body"] = .string(text)
        } else {
            members["body-base64"] = .string(Base64.text(body))
        }
        if let certificate {
            members["certificate"] = [
                "expires": .int(certificate.expires), "subject": .string(certificate.subject),
            ]
        }
        return .object(members)
    }

    /// The body when it is UTF-8; a character that the limit cut is left out.
    private var text: String? {
        for cut in 0...(isTruncated ? min(3, body.count) : 0) {
            let tail = body.suffix(cut)
            // Only the beginning of a character may go: one lead byte, then what continues it.
            guard
                cut == 0
                    || tail.first.map({ $0 >= 0xC0 }) == true
                        && tail.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 })
            else { continue }
            if let text = String(validating: body.dropLast(cut), as: UTF8.self) { return text }
        }
        return nil
    }
}
