public import JSON

/// What becomes of one object.
public struct ObjectChange: Hashable, Sendable {
    /// Which way.
    public enum Sign: String, Hashable, Sendable, CaseIterable {
        case added = "+"
        case changed = "~"
        case removed = "-"
        /// What becomes of it cannot be told.
        case unknown = "?"
    }

    /// What happens to which object, and in which places.
    public let sign: Sign
    public let name: ObjectName
    public let fields: [FieldDifference]
    /// Where it stands in Git, or why; empty where there is nothing to say.
    public let note: String

    /// Values of these are never shown, sealed or not.
    static let secretKinds: Set = ["Secret", "SealedSecret"]

    init(_ sign: Sign, _ name: ObjectName, _ fields: [FieldDifference] = [], note: String = "") {
        self.sign = sign
        self.name = name
        self.fields = fields
        self.note = note
    }

    /// Whether its values are nobody's to see.
    public var isSecret: Bool { Self.secretKinds.contains(name.kind) }

    /// The object with what becomes of it.
    public var line: String {
        "\(sign.rawValue) \(name)" + (note.isEmpty ? "" : "  (\(note))")
    }

    /// The lines below its own.
    public var details: [String] { fields.map { $0.words(isSecret: isSecret) } }

    /// For a machine; of a secret only which places differ.
    public var json: JSONValue {
        [
            "sign": .string(sign.rawValue), "object": .string(name.description),
            "fields": .array(details.map(JSONValue.string)), "note": .string(note),
        ]
    }
}
