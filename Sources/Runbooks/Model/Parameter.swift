public import Patterns

/// A declared input.
public struct Parameter: Hashable, Sendable {
    public let name: String
    public let type: Kind
    /// The list the value must be in, such as `cluster.workers`.
    public let within: FactPath?
    /// What a text must match as a whole.
    public let pattern: Pattern?

    /// What an argument must be.
    public enum Kind: Hashable, Sendable {
        case node, cluster, text, secret, flag, integer, duration
        case choice([String])
        /// One of the estate's backups, of this kind if one is named.
        case backup(kind: String?)

        /// The word in the runbook.
        public var word: String {
            switch self {
            case .node: "node"
            case .cluster: "cluster"
            case .text: "text"
            case .secret: "secret"
            case .flag: "flag"
            case .integer: "integer"
            case .duration: "duration"
            case .choice: "choice"
            case .backup: "backup"
            }
        }
    }

    public init(name: String, type: Kind, within: FactPath?, pattern: Pattern? = nil) {
        self.name = name
        self.type = type
        self.within = within
        self.pattern = pattern
    }
}
