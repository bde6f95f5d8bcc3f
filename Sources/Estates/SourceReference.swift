/// What of a source's repository counts.
public enum SourceReference: Hashable, Sendable {
    /// The newest commit of a branch, which goes on.
    case branch(String)
    /// The commit of a tag, which stays where it is.
    case tag(String)

    /// The word for it, in a binding and in the journal.
    public var kind: String {
        switch self {
        case .branch: "branch"
        case .tag: "tag"
        }
    }

    /// What it is called.
    public var name: String {
        switch self {
        case .branch(let name), .tag(let name): name
        }
    }

    /// Both, for a person.
    public var text: String { "\(kind) \(name)" }
}
