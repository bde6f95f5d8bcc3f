public import JSON

/// One fact in the journal, as it was read from or written to its line.
public struct JournalEntry: Hashable, Sendable {
    /// Place in the journal, from 0, without gaps.
    public let sequence: Int
    /// Id of the journal, 32 hex digits.
    public let journal: String
    /// Digest of the line before; 64 zeros in entry 0.
    public let previous: String
    /// The run it belongs to; empty for the journal as a whole.
    public let run: String
    /// What kind of fact it is.
    public let kind: String
    /// When, in milliseconds since 1970.
    public let wall: Int
    /// The boot `monotonic` counts from.
    public let boot: String
    /// When, in nanoseconds since boot, cut to whole microseconds.
    public let monotonic: Int
    /// Who: `user`, `host` and, when signed, `key`.
    public let by: JSONValue
    /// The fact.
    public let data: JSONValue
    /// The canonical line without its end: the bytes that are stored and
    /// hashed.
    public let line: [UInt8]
    /// SHA-256 of `line`, in hex.
    public let digest: String
}

/// The end of a journal: how far it goes and what everything in it hashes to.
public struct JournalHead: Hashable, Sendable {
    /// Sequence of the last entry.
    public let sequence: Int
    /// Digest of the last line, in hex.
    public let digest: String

    /// The head at entry `sequence`, whose line has `digest`.
    public init(sequence: Int, digest: String) {
        self.sequence = sequence
        self.digest = digest
    }
}
