import JSON

/// Fields by who wrote them, as `metadata.managedFields` tells.
///
/// Flux counts what kubectl wrote as its own, and its own that Git does not have
/// goes at the next reconciliation; what another manager wrote stays.
enum FieldManagers {
    /// `object` without the fields a manager whose name begins with `prefix`
    /// wrote, and without the note of it.
    static func removing(_ prefix: String, from object: JSONValue) -> JSONValue {
        guard let entries = object.at("metadata", "managedFields")?.array else { return object }
        let taken = entries.filter { entry in
            (entry["manager"]?.string ?? "").hasPrefix(prefix)
                && (entry["subresource"]?.string ?? "").isEmpty
        }
        guard !taken.isEmpty else { return object }
        var rest = taken.reduce(object) { object, entry in
            removed(entry["fieldsV1"] ?? [:], from: object) ?? [:]
        }
        // Whatever it wrote there, an object keeps what makes it this object.
        for field in ["apiVersion", "kind", "status"] { rest[field] = object[field] }
        for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            rest.set("metadata", field, to: object.at("metadata", field))
        }
        let others = entries.filter { !taken.contains($0) }
        rest.set("metadata", "managedFields", to: others.isEmpty ? nil : .array(others))
        return rest
    }

    /// `value` without the leaves of `fields`; nil when nothing is left of it.
    private static func removed(_ fields: JSONValue, from value: JSONValue) -> JSONValue? {
        let members = (fields.object ?? [:]).filter { $0.key != "." }
        guard !members.isEmpty else { return nil }
        var result = value
        for (name, inner) in members {
            let text = String(name.dropFirst(2))
            if name.hasPrefix("f:") {
                guard let child = result[text] else { continue }
                result[text] = removed(inner, from: child)
            } else if name.hasPrefix("k:"), let key = try? JSONValue(parsing: Array(text.utf8)) {
                result = .array(
                    (result.array ?? []).compactMap { element in
                        let isMeant = (key.object ?? [:]).allSatisfy { element[$0.key] == $0.value }
                        return isMeant ? removed(inner, from: element) : element
                    })
            }
        }
        return result == [:] || result == [] ? nil : result
    }
}
