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
    /// What was sent, or the command of a unit, as SHA-256; see `digest(of:)`.
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

    /// SHA-256 of a request's body, hex; empty for a strategic merge patch.
    /// kubectl makes those from what it has just read, so the same command
    /// sends another one when a controller was faster. Nor does the name of a
    /// run count (`20261121-cb42kn`): two runs of one runbook do the same.
    static func digest(of request: Request) -> String {
        let type = request.headers["content-type"] ?? ""
        return type.hasPrefix("application/strategic-merge-patch+json")
            ? "" : SHA256.hex(anonymous(request.body))
    }

    /// `body` with every run's name in quotes taken out.
    private static func anonymous(_ body: [UInt8]) -> [UInt8] {
        let parts = body.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
        return Array(parts.map { isRun($0) ? [] : $0 }.joined(separator: [UInt8(ascii: "\"")]))
    }

    /// Eight digits, a hyphen, six letters or digits.
    private static func isRun(_ word: ArraySlice<UInt8>) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let tail = word.dropFirst(9)
        return word.count == 15 && word.prefix(8).allSatisfy(digits.contains)
            && word.dropFirst(8).first == UInt8(ascii: "-")
            && tail.allSatisfy { digits.contains($0) || letters.contains($0) }
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
