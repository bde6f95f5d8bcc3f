public import Estates
public import JSON

/// Something in the desired state that would refuse a pin, or surprise whoever
/// lets GitOps go again.
public struct DesiredFinding: Hashable, Sendable {
    /// `DS-…`, or the parser's `RB-…`.
    public let code: String
    public let weight: EstateFinding.Weight
    /// An object, a file, a folder.
    public let subject: String
    public let message: String
    /// What to do about it.
    public let next: String

    init(
        _ code: String, _ weight: EstateFinding.Weight, _ subject: String, _ message: String,
        next: String = ""
    ) {
        self.code = code
        self.weight = weight
        self.subject = subject
        self.message = message
        self.next = next
    }

    /// For a machine.
    public var json: JSONValue {
        [
            "code": .string(code), "weight": .string(weight.rawValue), "subject": .string(subject),
            "text": .string(message), "next": .string(next),
        ]
    }
}
