/// A read-only request of an http or https URL.
public struct HTTPQuestion: Hashable, Sendable {
    public let url: Template
    /// Where to connect, if not where the URL's name leads; Host, SNI and the
    /// certificate's name stay the URL's.
    public let address: Template?
    /// `GET` or `HEAD`.
    public let method: String
    public let headers: [String: Template]
    /// A cluster, whose pinned CA counts, or an entry of the binding's `tls`.
    public let tls: Template?

    /// What may be asked with.
    public static let methods = ["GET", "HEAD"]

    public init(
        url: Template, address: Template?, method: String, headers: [String: Template],
        tls: Template?
    ) {
        self.url = url
        self.address = address
        self.method = method
        self.headers = headers
        self.tls = tls
    }
}
