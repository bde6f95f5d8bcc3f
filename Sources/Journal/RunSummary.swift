/// A run as far as the journal knows: that it has entries, and since when.
public struct RunSummary: Hashable, Sendable {
    /// The run's id.
    public let run: String
    /// Sequence of its first entry.
    public let firstSequence: Int
    /// Sequence of its last entry.
    public let lastSequence: Int
    /// How many entries it has.
    public let entries: Int
    /// Wall time of the first, in milliseconds since 1970.
    public let firstWall: Int
    /// Wall time of the last, in milliseconds since 1970.
    public let lastWall: Int
    /// Kind of the last entry.
    public let lastKind: String
}
