public import JSON

/// What was seen of one kind of thing in a cluster.
public enum ObservedSection: Hashable, Sendable {
    /// Name of each to what was seen of it.
    case items([String: JSONValue])
    /// It could not be read, and why; so nothing is known of it.
    case cannotTell(String)

    /// One line for each item, sorted; equal sections have equal bytes.
    public var text: String {
        switch self {
        case .cannotTell(let why): JSONValue.object(["cannot-tell": .string(why)]).text + "\n"
        case .items(let items):
            items.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { name, value in
                JSONValue.object(["name": .string(name), "is": value]).text + "\n"
            }.joined()
        }
    }

    /// Reads what `text` wrote; nil when it is none.
    public init?(_ text: String) {
        var items: [String: JSONValue] = [:]
        for line in text.split(separator: "\n") {
            guard let value = try? JSONValue(parsing: Array(line.utf8)) else { return nil }
            if let why = value["cannot-tell"]?.string {
                self = .cannotTell(why)
                return
            }
            guard let name = value["name"]?.string, let item = value["is"] else { return nil }
            items[name] = item
        }
        self = .items(items)
    }

    /// The items; nil where nothing is known.
    public var items: [String: JSONValue]? {
        if case .items(let items) = self { items } else { nil }
    }
}
