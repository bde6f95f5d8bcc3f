/// What an HTTP probe asks, checked.
struct HTTPRequest {
    enum Method: String {
        case get = "GET"
        case head = "HEAD"
    }

    let url: WebURL
    /// Where to connect instead of where the name leads; the name stays what
    /// the server and its certificate are asked about.
    let address: IPAddress?
    let method: Method
    let headers: [HeaderField]
    /// The only authorities to trust, PEM; nil trusts those of the system.
    let authorities: [UInt8]?
    /// Certificate and key to show, PEM.
    let identity: (certificate: [UInt8], key: [UInt8])?
    let milliseconds: Int
    /// How much of the body is wanted.
    let bodyLimit: Int

    init(_ invocation: Invocation) throws(Refusal) {
        url = try Self.parse("URL", invocation["url"]) { (text) throws(Objection) in
            try WebURL(text)
        }
        address = try invocation.value("address").map { (text) throws(Refusal) in
            try ProbeFamily.http.address(text)
        }
        guard let method = Method(rawValue: invocation.value("method") ?? "GET") else {
            throw Refusal.usage("--method is GET or HEAD")
        }
        self.method = method
        let fields = invocation.values("header")
        guard fields.count <= 32 else {
            throw Refusal.usage("--header is given more than 32 times")
        }
        headers = try fields.map { (field) throws(Refusal) in
            try Self.parse("HEADER", field) { (text) throws(Objection) in try HeaderField(text) }
        }
        authorities = try invocation.value("ca").map { (path) throws(Refusal) in
            try SmallFile.pem(path, for: "ca")
        }
        switch (invocation.value("cert"), invocation.value("key")) {
        case (nil, nil): identity = nil
        case (let certificate?, let key?):
            identity = (
                try SmallFile.pem(certificate, for: "cert"), try SmallFile.pem(key, for: "key")
            )
        default: throw Refusal.usage("--cert and --key go together")
        }
        milliseconds = try invocation.milliseconds()
        bodyLimit = try invocation.number("max-bytes", default: 1 << 20, in: 0...16 << 20)
    }

    private static func parse<Value>(
        _ code: String, _ text: String, _ parse: (String) throws(Objection) -> Value
    ) throws(Refusal) -> Value {
        do throws(Objection) {
            return try parse(text)
        } catch {
            let remedy =
                code == "URL"
                ? "Write http:// or https://, a host name or plain IP address, a port and a path."
                : "Write one header as 'Name: value'."
            throw ProbeFamily.http.refused(code, "'\(text.shown)': \(error.reason)", do: remedy)
        }
    }
}
