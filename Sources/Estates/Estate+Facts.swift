public import JSON

/// Facts by their path.
extension Estate {
    /// The fact at `path`: words divided by spaces, keys of mappings and names
    /// of things in lists, such as `nodes oci-arm labels node.io/role`.
    public func fact(_ path: String) -> JSONValue? {
        var value: JSONValue? = facts
        for word in path.split(separator: " ").map(String.init) {
            switch value {
            case .object(let members): value = members[word]
            case .array(let elements): value = elements.first { $0["name"]?.string == word }
            default: return nil
            }
        }
        return value
    }

    /// The text at `path`; nil where nobody has stated it.
    public func stated(_ path: String) -> String? { fact(path)?.statedText }

    /// The things in the list `key`, as they stand in the document.
    public func list(_ key: String) -> [JSONValue] { facts[key]?.array ?? [] }

    /// Paths of everything that is `unknown`, in the order of their text.
    public var unknowns: [String] {
        var paths: [String] = []
        Self.collect(facts, path: "", &paths)
        return paths.sorted()
    }

    private static func collect(_ value: JSONValue, path: String, _ paths: inout [String]) {
        switch value {
        case unknown, .null: paths.append(path)
        case .object(let members):
            for (key, member) in members where key != "name" {
                collect(member, path: path.isEmpty ? key : "\(path) \(key)", &paths)
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                let name = element["name"]?.statedText ?? String(index + 1)
                collect(element, path: "\(path) \(name)", &paths)
            }
        default: break
        }
    }
}

extension JSONValue {
    /// Text, a number or a flag as text; nil where it is unknown.
    var statedText: String? {
        switch self {
        case .string(let text): self == Estate.unknown ? nil : text
        case .int(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }

    /// The texts of a list; none where it is unknown.
    var statedTexts: [String] { array?.compactMap(\.statedText) ?? [] }

    /// One line for a person: lists with commas, mappings as `key value`.
    var words: String {
        switch self {
        case .array(let elements):
            elements.isEmpty ? "none" : elements.map(\.words).joined(separator: ", ")
        case .object(let members):
            members.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.words)" }
                .joined(separator: ", ")
        case .null: "unknown"
        default: statedText ?? "unknown"
        }
    }
}
