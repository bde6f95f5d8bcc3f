/// A place in a manifest that cannot be read, or that no engine would apply.
public struct ManifestFault: Hashable, Sendable, CustomStringConvertible {
    public let file: String
    public let line: Int
    /// `RB-…` of the parser, or `DS-KIND` for a document that is no object.
    public let code: String
    public let reason: String

    /// `file:line: code: reason`.
    public var description: String { "\(file):\(line): \(code): \(reason)" }
}
