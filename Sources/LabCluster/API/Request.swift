import JSON

/// One HTTP request, read to its end.
struct Request: Sendable {
    var method: String
    /// The path without query, still with its leading slash.
    var path: String
    var query: [String: String] = [:]
    /// Header fields with lower-case names.
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    /// Address of the client.
    var client = ""

    var isMutating: Bool { method != "GET" && method != "HEAD" && method != "OPTIONS" }

    /// The media type of the body, without its parameters.
    var contentType: String {
        let type = headers["content-type"] ?? ""
        return String(type.prefix { $0 != ";" && $0 != " " })
    }

    /// Whether nothing may be stored: `dryRun=All`.
    var isDryRun: Bool { query["dryRun"] == "All" }
}

/// One HTTP answer.
struct Response: Sendable {
    var status: Int
    var contentType: String
    var body: [UInt8]
    /// What follows the body, chunk by chunk.
    var stream: (any ResponseStream)?

    static func json(_ value: JSONValue, status: Int = 200, type: String = "application/json")
        -> Response
    {
        Response(status: status, contentType: type, body: value.utf8 + [0x0A])
    }

    static func text(_ text: String, status: Int = 200) -> Response {
        Response(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }

    static func error(_ error: StatusError) -> Response { json(error.body, status: error.code) }
}
