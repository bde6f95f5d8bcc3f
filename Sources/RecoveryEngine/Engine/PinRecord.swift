public import Estates
public import JSON
internal import Journal

/// A commit that was proven and pinned, as the journal says it.
public struct PinRecord: Hashable, Sendable {
    /// The run that pinned it, and when, ms since 1970.
    public let run: String
    public let pinned: Int
    /// Everything that was written: source, commit, what was proven.
    public let data: JSONValue

    /// A record of `data`, as `run` wrote it.
    public init(run: String, pinned: Int, data: JSONValue) {
        self.run = run
        self.pinned = pinned
        self.data = data
    }

    init(_ entry: JournalEntry) {
        self.init(run: entry.run, pinned: entry.wall, data: entry.data)
    }

    /// What was pinned of which source of the binding.
    public var source: String { data["source"]?.string ?? "" }
    /// Where that was.
    public var url: String { data["url"]?.string ?? "" }
    /// As which branch or tag of it.
    public var reference: SourceReference? {
        data["tag"]?.string.map(SourceReference.tag)
            ?? data["branch"]?.string.map(SourceReference.branch)
    }
    /// The commit itself.
    public var commit: String { data["commit"]?.string ?? "" }
    /// When it was committed, s since 1970, as its committer says.
    public var committed: Int? { data["committed"]?.int }
    /// Who signed it; nil where nobody was asked for.
    public var signer: String? { data.at("signed", "by")?.string }
}
