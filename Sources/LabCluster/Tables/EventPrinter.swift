import JSON

/// What `kubectl get events` shows.
enum EventPrinter {
    static let printer = Printer(
        TableColumn.named("Last Seen", "Type", "Reason", "Object")
            + TableColumn.wide("Subobject", "Source") + TableColumn.named("Message")
            + TableColumn.wide("First Seen", "Count")
            + [TableColumn(name: "Name", format: "name", priority: 1)]
    ) { event, now in
        let time = event["eventTime"]?.string
        let first = event["firstTimestamp"]?.string ?? time
        let last =
            event.at("series", "lastObservedTime")?.string ?? event["lastTimestamp"]?.string
            ?? first
        let object = event["involvedObject"]
        let kind = (object?["kind"]?.string ?? "").lowercased()
        let name = object?["name"]?.string ?? ""
        let count = event.at("series", "count")?.int ?? event["count"]?.int ?? 1
        return [
            Age.since(seconds(last), now), text(event["type"]), text(event["reason"]),
            .string(kind.isEmpty ? name : name.isEmpty ? kind : "\(kind)/\(name)"),
            text(object?["fieldPath"]), .string(source(event)), text(event["message"]),
            Age.since(seconds(first), now), .int(max(count, 1)), .string(event.name),
        ]
    }

    private static func text(_ value: JSONValue?) -> JSONValue { Cell.text(value, or: "") }

    /// A time with fractions of a second, without them.
    private static func seconds(_ text: String?) -> String? {
        guard let text, text.contains(".") else { return text }
        return String(text.prefix { $0 != "." }) + "Z"
    }

    private static func source(_ event: JSONValue) -> String {
        let component =
            event.at("source", "component")?.string ?? event["reportingComponent"]?.string ?? ""
        guard let host = event.at("source", "host")?.string, !host.isEmpty else {
            return component
        }
        return "\(component), \(host)"
    }
}
