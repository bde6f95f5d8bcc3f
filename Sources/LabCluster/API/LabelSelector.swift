import JSON

/// A label query: `app=web,tier!=db,zone in (a,b),!canary`, or the
/// `matchLabels`/`matchExpressions` form of an object.
struct LabelSelector: Hashable, Sendable {
    private enum Requirement: Hashable {
        case oneOf(String, Set<String>)
        case noneOf(String, Set<String>)
        case present(String)
        case absent(String)
    }

    private var requirements: [Requirement] = []

    /// Parses the query text; nil if it is none.
    init?(_ text: String) {
        for part in Self.split(text) {
            guard let requirement = Self.requirement(part) else { return nil }
            requirements.append(requirement)
        }
    }

    /// Reads the selector of an object. A missing one selects nothing, an
    /// empty one everything.
    init?(_ selector: JSONValue?) {
        guard let selector else { return nil }
        for (key, value) in selector["matchLabels"]?.object ?? [:] {
            requirements.append(.oneOf(key, [value.string ?? ""]))
        }
        for expression in selector["matchExpressions"]?.array ?? [] {
            guard let requirement = Self.requirement(expression) else { return nil }
            requirements.append(requirement)
        }
    }

    /// Whether `labels` satisfy every requirement.
    func matches(_ labels: [String: JSONValue]) -> Bool {
        requirements.allSatisfy { requirement in
            switch requirement {
            case .oneOf(let key, let values): labels[key]?.string.map(values.contains) ?? false
            case .noneOf(let key, let values): !(labels[key]?.string.map(values.contains) ?? false)
            case .present(let key): labels[key] != nil
            case .absent(let key): labels[key] == nil
            }
        }
    }

    private static func requirement(_ expression: JSONValue) -> Requirement? {
        guard let key = expression["key"]?.string else { return nil }
        let values = Set((expression["values"]?.array ?? []).compactMap(\.string))
        switch expression["operator"]?.string {
        case "In": return .oneOf(key, values)
        case "NotIn": return .noneOf(key, values)
        case "Exists": return .present(key)
        case "DoesNotExist": return .absent(key)
        default: return nil
        }
    }

    /// Splits at the commas outside parentheses.
    private static func split(_ text: String) -> [String] {
        var depth = 0
        let parts = text.split(omittingEmptySubsequences: true) { character in
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            return character == "," && depth == 0
        }
        return parts.map { trimmed($0) }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    private static func requirement(_ part: String) -> Requirement? {
        if part.hasSuffix(")"), let open = part.firstIndex(of: "(") {
            let words = part[..<open].split(separator: " ").map(String.init)
            let values = Set(
                part[part.index(after: open)...].dropLast().split(separator: ",").map(trimmed))
            guard words.count == 2 else { return nil }
            return words[1] == "in"
                ? .oneOf(words[0], values) : words[1] == "notin" ? .noneOf(words[0], values) : nil
        }
        if part.hasPrefix("!") { return .absent(trimmed(part.dropFirst())) }
        guard let equal = part.firstIndex(of: "=") else {
            return part.isEmpty || part.contains(" ") ? nil : .present(part)
        }
        let value = trimmed(part[part.index(after: equal)...].drop { $0 == "=" })
        let left = part[..<equal]
        return left.hasSuffix("!")
            ? .noneOf(trimmed(left.dropLast()), [value]) : .oneOf(trimmed(left), [value])
    }
}
