import JSON

/// The members built-in kinds have, for `fieldValidation=Strict`: names only,
/// taken from the API's OpenAPI document.
///
/// A line is `Type = member member:Type …`; a member without a type, and every
/// kind not listed, may hold anything.
enum KnownFields {
    private static let types: [String: [String: String]] = {
        var types: [String: [String: String]] = [:]
        var name = ""
        for line in (FieldNamesToM.text + "\n" + FieldNamesFromN.text).split(separator: "\n") {
            var words = line.split(separator: " ")[...]
            if line.first != " ", words.count > 1 {
                name = String(words.removeFirst())
                words = words.dropFirst()
            }
            for word in words {
                let halves = word.split(separator: ":", maxSplits: 1).map(String.init)
                types[name, default: [:]][halves[0]] = halves.count > 1 ? halves[1] : ""
            }
        }
        return types
    }()

    /// Paths of `object` no server knows, such as `spec.replicaz`.
    static func unknown(_ object: JSONValue, _ type: ResourceType) -> [String] {
        guard !type.isCustom, types[type.kind] != nil else { return [] }
        return unknown(object, type.kind, at: "")
    }

    private static func unknown(_ value: JSONValue, _ type: String, at path: String) -> [String] {
        guard let known = types[type] else { return [] }
        if let elements = value.array {
            return elements.enumerated().flatMap { index, element in
                unknown(element, type, at: "\(path)[\(index)]")
            }
        }
        return (value.object ?? [:]).sorted { $0.key < $1.key }.flatMap { name, member in
            let below = path.isEmpty ? name : "\(path).\(name)"
            // Directives of a strategic patch are no members.
            if name.hasPrefix("$") { return [String]() }
            guard let next = known[name] else { return [below] }
            return next.isEmpty ? [] : unknown(member, next, at: below)
        }
    }

    /// The words of a refusal.
    static func words(_ paths: [String]) -> String {
        "strict decoding error: "
            + paths.map { "unknown field \"\($0)\"" }.joined(separator: ", ")
    }
}
