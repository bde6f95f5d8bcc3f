public import JSON

/// What a caller wants recorded; the journal adds everything else.
public struct Draft: Hashable, Sendable {
    /// The run it belongs to, printable ASCII without quotes and backslashes;
    /// empty for the journal as a whole.
    public let run: String
    /// What kind of fact it is: lower-case letters, digits and `-`; its meaning
    /// is the caller's.
    public let kind: String
    /// The fact: objects, arrays, strings, booleans and integers within
    /// ±(2⁵³−1), with ASCII keys. No null, no fraction.
    public let data: JSONValue
    /// Who, when it is not the journal's own writer.
    public let by: JSONValue?

    /// A draft of one entry.
    ///
    /// - Precondition: `data` and `by` are canonical (`JSONValue.isCanonical`).
    public init(run: String = "", kind: String, data: JSONValue = [:], by: JSONValue? = nil) {
        precondition(
            !kind.isEmpty && kind.utf8.allSatisfy(Self.isKindByte),
            "The kind of an entry is lower-case letters, digits and “-”, not “\(kind)”.")
        precondition(
            run.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C },
            "A run's id is printable ASCII without quotes and backslashes, not “\(run)”.")
        precondition(
            data.isCanonical && (by?.isCanonical ?? true),
            "An entry of kind \(kind) holds null, a fraction, too large a number or a key that "
                + "is not ASCII; leave such members out or write them as text.")
        self.run = run
        self.kind = kind
        self.data = data
        self.by = by
    }

    private static func isKindByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7A, 0x30...0x39, 0x2D: true
        default: false
        }
    }
}
