import Digest
public import JSON

/// One change of the world somebody asked for: a request that was applied
/// through the API, or what a host records itself.
public struct Change: Hashable, Sendable {
    /// Place in the log, from 1; given by the log.
    public var sequence = 0
    /// `POST`, `PUT`, `PATCH`, `DELETE`, or a host's own word such as `start-unit`.
    public var verb: String
    /// The path of the request without query, or what a host changed.
    public var path: String
    /// The program that asked.
    public var userAgent: String
    /// What was sent; see `digest(of:)`. Empty for nothing.
    public var bodyDigest: String
    /// Whether anything became different.
    public var changed: Bool
    /// Address or name of who asked.
    public var client: String

    public init(
        verb: String, path: String, userAgent: String = "", bodyDigest: String = "",
        changed: Bool = true, client: String = ""
    ) {
        self.verb = verb
        self.path = path
        self.userAgent = userAgent
        self.bodyDigest = bodyDigest
        self.changed = changed
        self.client = client
    }

    /// SHA-256 of a request's body, hex, with a `T` in place of every moment in
    /// it: kubectl sends whole lists back, and the times in those are the
    /// server's, not the sender's.
    static func digest(of body: [UInt8]) -> String {
        var kept: [UInt8] = []
        var rest = body[...]
        while let byte = rest.first {
            let isMoment = rest.count >= moment.count && zip(rest, moment).allSatisfy(matches)
            kept.append(isMoment ? UInt8(ascii: "T") : byte)
            rest = rest.dropFirst(isMoment ? moment.count : 1)
        }
        return SHA256.hex(kept)
    }

    private static let moment = Array("0000-00-00T00:00:00Z".utf8)

    private static func matches(_ byte: UInt8, _ sign: UInt8) -> Bool {
        sign == UInt8(ascii: "0")
            ? UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte : byte == sign
    }

    /// The line in the log.
    public var json: JSONValue {
        [
            "sequence": .int(sequence), "verb": .string(verb), "path": .string(path),
            "userAgent": .string(userAgent), "bodyDigest": .string(bodyDigest),
            "changed": .bool(changed), "client": .string(client),
        ]
    }

    /// Reads a line of the log back; nil if it is none.
    public init?(_ json: JSONValue) {
        guard let sequence = json["sequence"]?.int, let verb = json["verb"]?.string,
            let path = json["path"]?.string, let changed = json["changed"]?.bool
        else { return nil }
        self.init(
            verb: verb, path: path, userAgent: json["userAgent"]?.string ?? "",
            bodyDigest: json["bodyDigest"]?.string ?? "", changed: changed,
            client: json["client"]?.string ?? "")
        self.sequence = sequence
    }
}
