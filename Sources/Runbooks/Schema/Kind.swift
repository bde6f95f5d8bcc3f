/// What may stand under a name of the language.
indirect enum Kind: Hashable, Sendable {
    /// Text; a number needs quotes.
    case text
    /// Text with `{{ path }}` in it; numbers and booleans need no quotes.
    case template
    case flag
    case integer(ClosedRange<Int>)
    /// `500ms`, `30s`, `10m`, `2h`, `1d`.
    case duration
    /// `1.2.3`.
    case version
    /// What a step, a parameter, a file may be called.
    case identifier
    /// The name of a value: `node.labels`.
    case path
    /// A JSON pointer.
    case pointer
    case words([String])
    case list(Kind)
    case either([Kind])
    case mapping(String)
    /// What the author wants.
    case anything
}
