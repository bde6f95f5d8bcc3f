import JSON

/// Pieces of cells that several kinds share.
enum Cell {
    static let none: JSONValue = "<none>"

    static func int(_ value: JSONValue?) -> JSONValue { .int(value?.int ?? 0) }

    /// The text, or `<none>`.
    static func text(_ value: JSONValue?, or missing: String = "<none>") -> JSONValue {
        let text = value?.string ?? ""
        return .string(text.isEmpty ? missing : text)
    }

    /// `name,name` of the containers of a pod or a template.
    static func containers(_ spec: JSONValue?, _ field: String) -> JSONValue {
        let texts = (spec?["containers"]?.array ?? []).map { $0[field]?.string ?? "" }
        return .string(texts.joined(separator: ","))
    }

    /// `a=b,c=d`, or `<none>`.
    static func labels(_ labels: JSONValue?) -> JSONValue {
        let pairs = (labels?.object ?? [:]).map { "\($0.key)=\($0.value.string ?? "")" }.sorted()
        return pairs.isEmpty ? none : .string(pairs.joined(separator: ","))
    }

    /// A label selector as one line.
    static func selector(_ selector: JSONValue?) -> JSONValue {
        var parts = (selector?["matchLabels"]?.object ?? [:])
            .map { "\($0.key)=\($0.value.string ?? "")" }.sorted()
        for expression in selector?["matchExpressions"]?.array ?? [] {
            let key = expression["key"]?.string ?? ""
            let values = (expression["values"]?.array ?? []).compactMap(\.string).sorted()
            let list = "(\(values.joined(separator: ",")))"
            switch expression["operator"]?.string {
            case "In": parts.append("\(key) in \(list)")
            case "NotIn": parts.append("\(key) notin \(list)")
            case "Exists": parts.append(key)
            default: parts.append("!\(key)")
            }
        }
        return parts.isEmpty ? none : .string(parts.joined(separator: ","))
    }

    /// `RWO,ROX`.
    static func accessModes(_ modes: JSONValue?) -> JSONValue {
        let short = [
            "ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX",
            "ReadWriteOncePod": "RWOP",
        ]
        let named = Set((modes?.array ?? []).compactMap { short[$0.string ?? ""] })
        return .string(
            ["RWO", "ROX", "RWX", "RWOP"].filter(named.contains).joined(separator: ","))
    }

    /// At most three of `texts`, and how many there are behind them.
    static func few(_ texts: [String], missing: String) -> JSONValue {
        guard !texts.isEmpty else { return .string(missing) }
        let shown = texts.prefix(3).joined(separator: ",")
        return .string(texts.count > 3 ? "\(shown) + \(texts.count - 3) more..." : shown)
    }
}
