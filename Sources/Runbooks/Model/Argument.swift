public import JSON

/// One element of an argument list as the author wrote it.
public enum Argument: Hashable, Sendable {
    /// Exactly one argument.
    case text(Template)
    /// As many arguments as the list fact has elements.
    case spread(FactPath)
    /// One argument: the value as JSON text, its strings being templates.
    case json(JSONValue)
}

/// What a child reads from standard input.
public enum StandardInput: Hashable, Sendable {
    /// Nothing.
    case none
    /// The bytes of the secret parameter with this name.
    case secret(String)
    /// The sealing keys in the backup that the secret parameter holds, without
    /// what a server sets; they exist in memory only.
    case sealingKeys(from: String)
    /// A value as JSON text, its strings being templates.
    case json(JSONValue)
}
