internal import Runbooks

/// An HTTP question with every value filled in.
public struct HTTPRequest: Hashable, Sendable {
    public let url: String
    /// Where to connect, if not where the URL's name leads.
    public let address: String?
    /// `GET` or `HEAD`.
    public let method: String
    public let headers: [String: String]
    /// A cluster or an entry of the binding's `tls`.
    public let tls: String?

    /// A plain `HEAD` of `url` over the trust of `tls`.
    public init(head url: String, tls: String) {
        self.url = url
        address = nil
        method = "HEAD"
        headers = [:]
        self.tls = tls
    }

    init(_ question: HTTPQuestion, _ values: Values) throws(Values.Missing) {
        url = try values.fill(question.url)
        address = try question.address.map { (template) throws(Values.Missing) in
            try values.fill(template)
        }
        method = question.method
        var headers: [String: String] = [:]
        for (name, template) in question.headers { headers[name] = try values.fill(template) }
        self.headers = headers
        tls = try question.tls.map { (template) throws(Values.Missing) in
            try values.fill(template)
        }
    }

    /// One line a person can read.
    public var description: String {
        "\(method) \(url)\(address.map { " at \($0)" } ?? "")"
    }
}

/// What an HTTP server said.
public struct HTTPReply: Hashable, Sendable {
    /// 0 when the certificate had expired and nothing was said.
    public let status: Int
    /// Names in lower case.
    public let headers: [String: String]
    public let body: [UInt8]
    /// When the server's certificate expires, s since 1970; nil without TLS.
    public let expires: Int?
    /// Nothing was said, because the certificate has expired.
    public var isExpired: Bool { status == 0 }
    /// When it was said, on the same clock.
    public let now: Int

    public init(
        status: Int, headers: [String: String], body: [UInt8], expires: Int?, now: Int
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.expires = expires
        self.now = now
    }
}
