/// Why Git's word was not taken: a code, what happened, what to do next.
public struct ReachRefusal: Error, Hashable, Sendable {
    public let code: String
    public let reason: String
    public let remedy: String

    init(_ code: String, _ reason: String, do remedy: String) {
        self.code = code
        self.reason = reason
        self.remedy = remedy
    }

    /// What was found contradicts what should be: trying again changes nothing.
    public var isRefuted: Bool {
        [
            "GT-ROLLBACK", "GT-TREE", "GT-LIMIT", "GT-SIG", "GT-MOVED", "GT-COMMIT",
            "GT-MANIFEST", "GT-PATH",
        ].contains(code)
    }

    /// Somebody answered, and not as the source does: no reason to go on with
    /// what was verified earlier.
    public var isWrongAnswer: Bool {
        [
            "GT-HOSTKEY", "GT-TLS", "GT-REDIRECT", "GT-GIT", "GT-AUTH", "GT-GONE", "GT-REF",
            "GT-SHALLOW",
        ].contains(code)
    }

    /// Nobody answered, as opposed to: somebody answered wrongly.
    public var isUnreachable: Bool { code == "GT-NET" || code == "GT-TIMEOUT" }

    /// All of it, for a person.
    public var words: String {
        remedy.isEmpty ? "\(code): \(reason)" : "\(code): \(reason). Next: \(remedy)"
    }

    /// A signature that does not show what it should.
    static func unsigned(_ reason: String) -> ReachRefusal {
        ReachRefusal(
            "GT-SIG", "the signature does not count: \(reason)",
            do: "Ask who pushed it; have somebody on the list sign a commit on top, "
                + "or mend the list the binding names.")
    }
}
