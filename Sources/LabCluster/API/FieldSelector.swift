import JSON

/// A field query: `spec.nodeName=worker-2,status.phase!=Failed`.
struct FieldSelector: Hashable, Sendable {
    private struct Requirement: Hashable {
        let path: [String]
        let value: String
        let isEqual: Bool
    }

    private var requirements: [Requirement] = []

    /// The fields a server can select by, besides name and namespace.
    private static let fields: [ResourceKey: Set<String>] = [
        .pods: [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "status.phase",
            "status.podIP",
        ],
        .nodes: ["spec.unschedulable"],
        .secrets: ["type"],
        .namespaces: ["status.phase"],
        .events: [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name",
            "involvedObject.uid", "reason", "type", "source",
        ],
    ]

    /// Parses `text` for `type`.
    init(_ text: String, for type: ResourceType) throws(StatusError) {
        let known = Self.fields[type.key, default: []].union([
            "metadata.name", "metadata.namespace",
        ])
        for part in text.split(separator: ",") {
            guard let equal = part.firstIndex(of: "=") else {
                throw .badRequest("invalid selector: '\(text)'; can't understand '\(part)'")
            }
            let isEqual = !part[..<equal].hasSuffix("!")
            let field = String(isEqual ? part[..<equal] : part[..<equal].dropLast())
            guard known.contains(field) else {
                throw .badRequest("field label not supported: \(field)")
            }
            requirements.append(
                Requirement(
                    path: field.split(separator: ".").map(String.init),
                    value: String(part[part.index(after: equal)...].drop { $0 == "=" }),
                    isEqual: isEqual))
        }
    }

    func matches(_ object: JSONValue) -> Bool {
        requirements.allSatisfy { requirement in
            let found = requirement.path.reduce(Optional(object)) { $0?[$1] }
            let text = found?.string ?? found?.bool.map { $0 ? "true" : "false" }
            let unset = requirement.path == ["spec", "unschedulable"] ? "false" : ""
            return ((text ?? unset) == requirement.value) == requirement.isEqual
        }
    }
}
