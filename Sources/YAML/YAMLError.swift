/// Why a text is not a document this program reads.
public struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One of `RB-YAML`, `RB-EMPTY`, `RB-ENCODING`, `RB-NUL`, `RB-ALIAS`,
    /// `RB-DEPTH`, `RB-SIZE`, `RB-NODES`, `RB-DUPKEY`, `RB-MULTIDOC`, `RB-TAG`,
    /// `RB-MERGE`, `RB-UNICODE`.
    public let code: String
    /// Where.
    public let mark: Mark
    /// A sentence for whoever wrote the text.
    public let reason: String

    /// The error `code` at `mark`.
    public init(code: String, mark: Mark, reason: String) {
        self.code = code
        self.mark = mark
        self.reason = reason
    }

    /// `line:column: code: reason`.
    public var description: String { "\(mark): \(code): \(reason)" }
}
