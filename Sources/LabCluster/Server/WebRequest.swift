/// One HTTP request at a door, read to its end.
public struct WebRequest: Hashable, Sendable {
    public var method: String
    /// The path without query, with its leading slash.
    public var path: String
    public var query: [String: String]
    /// Header fields with lower-case names.
    public var headers: [String: String]
    public var body: [UInt8]
    /// Address of the client.
    public var client: String

    public init(
        method: String = "GET", path: String, query: [String: String] = [:],
        headers: [String: String] = [:], body: [UInt8] = [], client: String = ""
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.client = client
    }

    /// The host asked for, without its port.
    public var host: String {
        let field = headers["host"] ?? ""
        return String(field.prefix { $0 != ":" }).lowercased()
    }
}
