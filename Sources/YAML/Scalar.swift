/// A piece of text in a YAML document.
public struct Scalar: Hashable, Sendable {
    /// The text, with escapes and line folding resolved.
    public let text: String
    /// Whether it stood without quotes and not as a block (`|`, `>`): only such
    /// text may mean something else than itself (`true`, `12`, nothing).
    public let isPlain: Bool
    /// Where it begins.
    public let mark: Mark

    /// The scalar `text` as it stood at `mark`.
    public init(text: String, isPlain: Bool, mark: Mark) {
        self.text = text
        self.isPlain = isPlain
        self.mark = mark
    }
}
