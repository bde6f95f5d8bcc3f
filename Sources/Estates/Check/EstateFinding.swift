public import JSON

/// Something an estate does not say, says twice, or cannot be.
public struct EstateFinding: Hashable, Sendable {
    /// How much depends on it.
    public enum Weight: String, Hashable, Sendable, CaseIterable {
        /// Nothing should be changed before it is known.
        case blocks
        /// A recovery will come to need it.
        case matters
        /// Good to know.
        case note
    }

    /// A stable code such as `EC-UNKNOWN`.
    public let code: String
    public let weight: Weight
    /// Path of the fact or name of the element it is about.
    public let subject: String
    public let message: String
    /// Who could know; nil where it is not about knowing.
    public let who: String?

    init(
        _ code: String, _ weight: Weight, _ subject: String, _ message: String, who: String? = nil
    ) {
        self.code = code
        self.weight = weight
        self.subject = subject
        self.message = message
        self.who = who
    }

    /// For a machine.
    public var json: JSONValue {
        var json: JSONValue = [
            "code": .string(code), "weight": .string(weight.rawValue), "subject": .string(subject),
            "text": .string(message),
        ]
        json["who"] = who.map(JSONValue.string)
        return json
    }
}
