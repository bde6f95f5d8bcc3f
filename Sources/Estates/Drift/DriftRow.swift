public import JSON

/// One fact in the four places it can be in.
public struct DriftRow: Hashable, Sendable {
    /// Whether the places agree.
    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        case drift
        case cannotTell = "cannot tell"
        case same
    }

    /// What one place says.
    public enum Cell: Hashable, Sendable {
        case value(String)
        /// Nothing, and why.
        case silent(String)

        /// As it is shown.
        public var text: String {
            switch self {
            case .value(let text): text
            case .silent(let why): "(\(why))"
            }
        }

        var value: String? { if case .value(let text) = self { text } else { nil } }
    }

    /// The cluster and the fact, what the four places say, and what follows.
    public let cluster: String
    public let fact: String
    public let declared: Cell
    public let git: Cell
    public let observed: Cell
    public let live: Cell
    public let verdict: Verdict
    /// What it means.
    public let meaning: String
    /// What to type or to do next; empty when there is nothing.
    public let next: String

    init(
        _ cluster: String, _ fact: String, declared: Cell, git: Cell, observed: Cell, live: Cell,
        verdict: Verdict? = nil, meaning: String, next: String
    ) {
        self.cluster = cluster
        self.fact = fact
        self.declared = declared
        self.git = git
        self.observed = observed
        self.live = live
        let found = verdict ?? Self.verdict([declared, git, observed, live], live)
        self.verdict = found
        switch found {
        case .same:
            self.meaning = ""
            self.next = ""
        case .drift:
            self.meaning = meaning
            self.next = next
        case .cannotTell:
            self.meaning =
                live.value == nil
                ? "what is live is not known" : "nothing says what it should be"
            self.next =
                live.value == nil
                ? "" : "write what is live into estate.yaml, once somebody has agreed"
        }
    }

    /// Two places that differ are drift, whatever the others are silent on.
    private static func verdict(_ cells: [Cell], _ live: Cell) -> Verdict {
        let values = cells.compactMap(\.value)
        if Set(values).count > 1 { return .drift }
        return live.value != nil && values.count > 1 ? .same : .cannotTell
    }

    /// For a machine.
    public var json: JSONValue {
        [
            "cluster": .string(cluster), "fact": .string(fact),
            "verdict": .string(verdict.rawValue),
            "declared": .string(declared.text), "git": .string(git.text),
            "observed": .string(observed.text), "live": .string(live.text),
            "meaning": .string(meaning), "next": .string(next),
        ]
    }
}
