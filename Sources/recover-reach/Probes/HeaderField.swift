/// One header a probe sends. What decides how a request is framed, or whom it
/// is for, is not the caller's to set.
struct HeaderField: Hashable {
    let name: String
    let value: String

    private static let reserved: Set = [
        "host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade",
        "expect", "proxy-authorization", "proxy-connection",
    ]

    /// Parses `Name: value`.
    init(_ text: String) throws(Objection) {
        guard text.utf8.count <= 8192 else { throw Objection("a header has at most 8192 bytes") }
        let name = text.prefix { $0 != ":" }
        let inner = Set("!#$%&'*+-.^_`|~".utf8)
        guard name.count < text.count, !name.isEmpty,
            name.utf8.allSatisfy({ $0.isAlphanumeric || inner.contains($0) })
        else { throw Objection("a header is written 'Name: value'") }
        guard !Self.reserved.contains(name.lowercased()) else {
            throw Objection("\(name) follows from the URL and is not set by hand")
        }
        let value = text.dropFirst(name.count + 1)
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw Objection("a header holds no line break and no other control character")
        }
        self.name = String(name)
        let start = value.drop { $0 == " " || $0 == "\t" }
        let end = start.lastIndex { $0 != " " && $0 != "\t" }
        self.value = end.map { String(start[...$0]) } ?? ""
    }

    /// How libcurl wants it: a bare `Name:` would mean to leave the header out.
    var line: String { value.isEmpty ? "\(name);" : "\(name): \(value)" }
}
