import JSON

/// Who owns which fields of an object: its `metadata.managedFields`.
struct ManagedFields: Sendable {
    /// One manager's part.
    struct Entry: Hashable, Sendable {
        var manager: String
        var operation: String
        var apiVersion: String
        var subresource: String?
        var time: String
        var fields: FieldSet

        /// How messages name the manager.
        var shown: String {
            operation == "Apply"
                ? "\"\(manager)\"" : "\"\(manager)\" using \(apiVersion)"
        }

        fileprivate func isSame(_ other: Entry) -> Bool {
            manager == other.manager && operation == other.operation
                && apiVersion == other.apiVersion && subresource == other.subresource
        }
    }

    var entries: [Entry]

    init(_ object: JSONValue?) {
        entries = (object?.at("metadata", "managedFields")?.array ?? []).map { json in
            Entry(
                manager: json["manager"]?.string ?? "",
                operation: json["operation"]?.string ?? "Update",
                apiVersion: json["apiVersion"]?.string ?? "",
                subresource: json["subresource"]?.string, time: json["time"]?.string ?? "",
                fields: FieldSet(json["fieldsV1"] ?? [:]))
        }
    }

    var json: JSONValue? {
        let kept = entries.filter { !$0.fields.isEmpty }.map { entry -> JSONValue in
            var json: JSONValue = [
                "manager": .string(entry.manager), "operation": .string(entry.operation),
                "apiVersion": .string(entry.apiVersion), "time": .string(entry.time),
                "fieldsType": "FieldsV1", "fieldsV1": entry.fields.json,
            ]
            json["subresource"] = entry.subresource.map(JSONValue.string)
            return json
        }
        return kept.isEmpty ? nil : .array(kept)
    }

    /// Everything somebody owns beside `entry`.
    func others(than entry: Entry) -> FieldSet {
        entries.filter { !$0.isSame(entry) }.reduce(FieldSet()) { $0.union($1.fields) }
    }

    /// The part of the manager `entry` names, as it was.
    func own(_ entry: Entry) -> FieldSet? { entries.first { $0.isSame(entry) }?.fields }

    /// Takes `fields` away from everybody but the manager of `entry`.
    mutating func strip(_ fields: FieldSet, except entry: Entry) {
        for index in entries.indices where !entries[index].isSame(entry) {
            entries[index].fields = entries[index].fields.subtracting(fields)
        }
    }

    /// Sets the part of the manager `entry` names.
    mutating func set(_ entry: Entry) {
        if let index = entries.firstIndex(where: { $0.isSame(entry) }) {
            entries[index] = entry
        } else {
            entries.append(entry)
        }
    }
}

extension ManagedFields {
    /// `new` with the ownership an ordinary write leaves: the writer owns what
    /// it changed, and nobody else does.
    static func tracked(
        _ new: JSONValue, from old: JSONValue?, by writer: Writer, _ type: ResourceType
    ) -> JSONValue {
        var new = new
        new.set("metadata", "managedFields", to: old?.at("metadata", "managedFields"))
        let walk = FieldWalk(isCustom: type.isCustom)
        // A status the server starts with is nobody's.
        var seen = new
        if old == nil { seen["status"] = nil }
        let changed = walk.changes(from: old, to: seen)
        let removed = old.map { walk.removals(from: $0, to: new) } ?? FieldSet()
        guard !changed.isEmpty || !removed.isEmpty else { return new }
        var fields = ManagedFields(new)
        var entry = writer.entry("Update", type)
        fields.strip(changed.union(removed), except: entry)
        entry.fields = (fields.own(entry) ?? FieldSet()).subtracting(removed).union(changed)
        fields.set(entry)
        new.set("metadata", "managedFields", to: fields.json)
        return new
    }
}

/// Who writes through the API, and when.
struct Writer: Hashable, Sendable {
    let manager: String
    let time: String
    var subresource: String?

    init(_ request: Request, subresource: String?, now: Moment) {
        let agent = request.headers["user-agent"] ?? ""
        manager = request.query["fieldManager"] ?? String(agent.prefix { $0 != "/" })
        time = now.text
        self.subresource = subresource
    }

    func entry(_ operation: String, _ type: ResourceType) -> ManagedFields.Entry {
        ManagedFields.Entry(
            manager: manager, operation: operation, apiVersion: type.apiVersion,
            subresource: subresource, time: time, fields: FieldSet())
    }
}
