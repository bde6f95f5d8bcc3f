import JSON

/// Values the way Go prints them, because some refusals of a server do.
enum GoText {
    /// A label selector in `%#v`.
    static func selector(_ selector: JSONValue?) -> String {
        let labels = (selector?["matchLabels"]?.object ?? [:]).sorted { $0.key < $1.key }
            .map { "\(quoted($0.key)):\(quoted($0.value.string ?? ""))" }
        let map =
            selector?["matchLabels"] == nil
            ? "map[string]string(nil)" : "map[string]string{\(labels.joined(separator: ", "))}"
        return """
            v1.LabelSelector{MatchLabels:\(map), \
            MatchExpressions:[]v1.LabelSelectorRequirement(nil)}
            """
    }

    /// A decoded document in `%+v`: `map[a:1 b:[x y]]`.
    static func value(_ value: JSONValue) -> String {
        switch value {
        case .null: return "<nil>"
        case .string(let text): return text
        case .array(let elements):
            return "[\(elements.map(Self.value).joined(separator: " "))]"
        case .object(let members):
            let pairs = members.sorted { $0.key < $1.key }.map {
                "\($0.key):\(Self.value($0.value))"
            }
            return "map[\(pairs.joined(separator: " "))]"
        default: return value.text
        }
    }

    /// A text in `%q`.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for character in text {
            switch character {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default: result.append(character)
            }
        }
        return result + "\""
    }
}
