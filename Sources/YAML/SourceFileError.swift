/// Why a file was not read.
public struct SourceFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `RB-PATH` (not there, not readable, not a regular file), `RB-SIZE`
    /// (too long), `RB-CHANGED` (it changed while it was read) or `ES-PERM`
    /// (somebody else could have written it).
    public let code: String
    /// The path as given.
    public let path: String
    /// A sentence for whoever named the file.
    public let reason: String

    /// The error `code` for `path`.
    public init(code: String, path: String, reason: String) {
        self.code = code
        self.path = path
        self.reason = reason
    }

    /// `path: code: reason`.
    public var description: String { "\(path): \(code): \(reason)" }
}
