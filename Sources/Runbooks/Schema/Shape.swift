/// One mapping of the language as data: the decoders read it, the JSON Schema is
/// made of it.
struct Shape: Hashable, Sendable {
    /// Its name among the schema's definitions.
    let name: String
    /// What a message calls it.
    let place: String
    let members: [Member]
    /// What stands under names the author chooses; nil when there are none.
    var others: Kind?
    /// Exactly one of these members is there.
    var choice: [String] = []

    /// One name a mapping may have.
    struct Member: Hashable, Sendable {
        let name: String
        let kind: Kind
        let isRequired: Bool
        /// What it is for, for whoever writes a runbook.
        let text: String
    }

    var keys: [String] { members.map(\.name) }

    init(
        _ name: String, _ place: String, _ members: [Member], others: Kind? = nil,
        choice: [String] = []
    ) {
        self.name = name
        self.place = place
        self.members = members
        self.others = others
        self.choice = choice
    }
}

extension Shape.Member {
    static func must(_ name: String, _ kind: Kind, _ text: String) -> Self {
        Self(name: name, kind: kind, isRequired: true, text: text)
    }

    static func may(_ name: String, _ kind: Kind, _ text: String) -> Self {
        Self(name: name, kind: kind, isRequired: false, text: text)
    }
}
