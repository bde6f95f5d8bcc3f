import JSON

/// Server-side apply: a manager says which fields it wants and how; what others
/// own it may not change without force, and what it no longer names goes.
struct ServerSideApply: Sendable {
    let type: ResourceType
    let writer: Writer
    let isForced: Bool

    /// `live` with `applied` in it, ownership included.
    func result(_ applied: JSONValue, onto live: JSONValue?) throws(StatusError) -> JSONValue {
        let walk = FieldWalk(isCustom: type.isCustom)
        var entry = writer.entry("Apply", type)
        entry.fields = walk.fields(applied)
        var managed = ManagedFields(live)
        if let live {
            let conflicting = walk.changes(from: live, to: merged(applied, live, walk))
                .intersection(managed.others(than: entry))
            if !conflicting.isEmpty, !isForced {
                throw refusal(conflicting, managed, entry)
            }
            managed.strip(conflicting, except: entry)
        }
        var result = merged(applied, live, walk)
        // What this manager named before and nobody names now is gone.
        if let before = managed.own(entry) {
            let dropped = before.subtracting(entry.fields)
                .subtracting(managed.others(than: entry))
            result = walk.removing(dropped, from: result) ?? result
        }
        // The time of an apply that says nothing new stays.
        if managed.own(entry) == entry.fields,
            let known = managed.entries.first(where: {
                $0.manager == entry.manager && $0.operation == entry.operation
            })
        {
            entry.time = known.time
        }
        managed.set(entry)
        result.set("metadata", "managedFields", to: managed.json)
        return result
    }

    private func merged(_ applied: JSONValue, _ live: JSONValue?, _ walk: FieldWalk) -> JSONValue {
        walk.merged(applied, into: live)
    }

    private func refusal(
        _ conflicting: FieldSet, _ managed: ManagedFields, _ entry: ManagedFields.Entry
    ) -> StatusError {
        var found: [(owner: String, path: String)] = []
        for owner in managed.entries where owner.fields.intersection(conflicting) != FieldSet() {
            guard !(owner.manager == entry.manager && owner.operation == entry.operation) else {
                continue
            }
            for path in owner.fields.intersection(conflicting).paths {
                found.append((owner.shown, FieldSet.text(path)))
            }
        }
        let causes = found.map { conflict -> JSONValue in
            [
                "reason": "FieldManagerConflict",
                "message": .string("conflict with \(conflict.owner)"),
                "field": .string(conflict.path),
            ]
        }
        return StatusError(
            code: 409, reason: "Conflict", message: Self.message(found),
            details: ["causes": .array(causes)])
    }

    private static func message(_ found: [(owner: String, path: String)]) -> String {
        guard found.count > 1 else {
            return """
                Apply failed with 1 conflict: conflict with \(found.first?.owner ?? ""): \
                \(found.first?.path ?? "")
                """
        }
        let owners = Set(found.map(\.owner)).sorted().map { owner in
            let paths = found.filter { $0.owner == owner }.map { "- \($0.path)" }
            return "conflicts with \(owner):\n\(paths.joined(separator: "\n"))"
        }
        return "Apply failed with \(found.count) conflicts: \(owners.joined(separator: "\n"))"
    }
}
