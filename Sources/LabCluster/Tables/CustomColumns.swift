import JSON

/// The columns a definition gives its custom resources.
enum CustomColumns {
    /// The printer of `columns`, the `additionalPrinterColumns` of a definition;
    /// without any a resource shows its age.
    static func printer(_ columns: [JSONValue]) -> Printer {
        let ours = columns.isEmpty ? [row("Age", "date", ".metadata.creationTimestamp")] : columns
        let paths = ours.map {
            ($0["type"]?.string ?? "", ColumnPath($0["jsonPath"]?.string ?? ""))
        }
        let named = ours.map { column in
            TableColumn(
                name: column["name"]?.string ?? "", type: column["type"]?.string ?? "string",
                format: column["format"]?.string ?? "", priority: column["priority"]?.int ?? 0)
        }
        return Printer([.name] + named) { object, now in
            [.string(object.name)]
                + paths.map { type, path in
                    cell(type, path?.values(in: object) ?? [], now)
                }
        }
    }

    private static func cell(_ type: String, _ values: [JSONValue], _ now: Moment) -> JSONValue {
        guard let first = values.first, first != .null else { return .null }
        switch type {
        case "date": return Age.since(first.string, now)
        case "string": return .string(values.map(text).joined(separator: " "))
        default: return first
        }
    }

    private static func text(_ value: JSONValue) -> String { value.string ?? value.text }

    /// One column as it stands in a definition.
    static func row(
        _ name: String, _ type: String, _ path: String, priority: Int = 0
    ) -> JSONValue {
        var column: JSONValue = [
            "name": .string(name), "type": .string(type), "jsonPath": .string(path),
        ]
        if priority > 0 { column["priority"] = .int(priority) }
        return column
    }
}
