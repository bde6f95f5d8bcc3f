public import JSON

/// One HTTP answer of a door.
public struct WebAnswer: Hashable, Sendable {
    public var status: Int
    public var contentType: String
    public var body: [UInt8]
    /// Header fields beside the content type.
    public var headers: [String: String]

    public init(
        status: Int, contentType: String = "text/plain; charset=utf-8", body: [UInt8] = [],
        headers: [String: String] = [:]
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.headers = headers
    }

    /// A line of text.
    public static func text(_ text: String, status: Int = 200) -> WebAnswer {
        WebAnswer(status: status, body: Array("\(text)\n".utf8))
    }

    /// A JSON document.
    public static func json(_ value: JSONValue, status: Int = 200) -> WebAnswer {
        WebAnswer(status: status, contentType: "application/json", body: value.utf8)
    }
}
