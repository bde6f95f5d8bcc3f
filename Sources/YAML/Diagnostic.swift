/// One mistake in a document, with its place.
public struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
    public let file: String
    /// 1-based; nil when the file as a whole is meant.
    public let mark: Mark?
    /// A stable code such as `RB-UNKNOWN`.
    public let code: String
    /// What is wrong, what was expected, what to do.
    public let message: String

    public init(file: String, mark: Mark?, code: String, message: String) {
        self.file = file
        self.mark = mark
        self.code = code
        self.message = message
    }

    /// `file:line:column: code: message`.
    public var description: String {
        let place = mark.map { ":\($0.line):\($0.column)" } ?? ""
        return "\(file)\(place): \(code): \(message)"
    }
}

/// All mistakes of one reading, thrown together.
public struct Diagnostics: Error, Sendable {
    public let list: [Diagnostic]

    public init(_ list: [Diagnostic]) { self.list = list }
}
