/// What a certificate shall say.
public struct CertificateRequest: Hashable, Sendable {
    /// `/O=system:masters/CN=system:admin`.
    public var subject: String
    /// `clientAuth` or `serverAuth`, both, or none: then it is an authority's.
    public var usages: [String]
    /// `IP:10.0.0.1` or `DNS:kubernetes`.
    public var names: [String]
    /// Seconds since 1970 from and until when it holds.
    public var validity: Range<Int>

    /// One that holds in `validity`.
    public init(
        subject: String, usages: [String] = [], names: [String] = [], validity: Range<Int>
    ) {
        self.subject = subject
        self.usages = usages
        self.names = names
        self.validity = validity
    }

    /// One for `days` from `now`; fewer than one: it has ended so many days ago,
    /// with 0 this moment, and held for a year.
    public init(
        subject: String, usages: [String] = [], names: [String] = [], days: Int = 365, now: Int
    ) {
        let end = now + days * 86400 - (days > 0 ? 0 : 1)
        let begin = days > 0 ? now : end - 365 * 86400
        self.init(subject: subject, usages: usages, names: names, validity: begin..<end)
    }

    /// Its extensions but those about keys, in OpenSSL's words.
    var extensions: [(name: Int32, value: String)] {
        let isAuthority = usages.isEmpty
        var all = [
            (NID.basicConstraints, "critical, CA:\(isAuthority ? "TRUE" : "FALSE")"),
            (
                NID.keyUsage,
                "critical, digitalSignature" + (isAuthority ? ", keyCertSign, cRLSign" : "")
            ),
        ]
        if !isAuthority { all.append((NID.extendedKeyUsage, usages.joined(separator: ", "))) }
        if !names.isEmpty { all.append((NID.subjectAltName, names.joined(separator: ", "))) }
        return all
    }
}
