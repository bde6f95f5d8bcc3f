import JSON

/// Checks a custom resource against the schema of its definition: types and
/// enumerations. Everything a schema does not name is let through.
struct CustomSchema: Sendable {
    let type: ResourceType
    let schema: JSONValue

    /// The schema `world` has for `type`; nil for a built-in one.
    init?(_ type: ResourceType, in world: World) {
        guard type.isCustom,
            let versions = world.object(.definitions, nil, type.definitionName)?.at(
                "spec", "versions")?.array,
            let version = versions.first(where: { $0["name"]?.string == type.version }),
            let schema = version.at("schema", "openAPIV3Schema")
        else { return nil }
        self.type = type
        self.schema = schema
    }

    func check(_ object: JSONValue) throws(StatusError) {
        try check(object, schema, at: "", in: object.name)
    }

    private func check(
        _ value: JSONValue, _ schema: JSONValue, at path: String, in name: String
    ) throws(StatusError) {
        if value == .null, schema["nullable"]?.bool == true { return }
        if let wanted = schema["type"]?.string, !Self.isOf(wanted, value) {
            let kind = Self.kind(value)
            throw .invalid(
                type, name, field: path,
                "Invalid value: \"\(kind)\": \(path) in body must be of type \(wanted): \"\(kind)\"",
                reason: "FieldValueTypeInvalid")
        }
        if let known = schema["enum"]?.array, !known.contains(value) {
            let list = known.map(\.text).joined(separator: ", ")
            throw .invalid(
                type, name, field: path,
                "Unsupported value: \(value.text): supported values: \(list)",
                reason: "FieldValueNotSupported")
        }
        for (field, inner) in (schema["properties"]?.object ?? [:]).sorted(by: { $0.key < $1.key })
        {
            guard let member = value[field] else { continue }
            try check(
                member, inner, at: path.isEmpty ? field : "\(path).\(field)", in: name)
        }
        guard let items = schema["items"] else { return }
        for (index, element) in (value.array ?? []).enumerated() {
            try check(element, items, at: "\(path)[\(index)]", in: name)
        }
    }

    private static func isOf(_ type: String, _ value: JSONValue) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool),
            ("integer", .int), ("number", .int), ("number", .double):
            true
        default: false
        }
    }

    private static func kind(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .int: "integer"
        case .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension CustomSchema {
    /// What a definition of the lab says about its resource: the parts runbooks
    /// and people change, open everywhere else.
    static func known(_ key: ResourceKey) -> JSONValue {
        guard let spec = specs[key] else { return open([:]) }
        return open(["spec": open(spec)])
    }

    private static func open(_ properties: JSONValue) -> JSONValue {
        var schema: JSONValue = ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
        if properties != [:] { schema["properties"] = properties }
        return schema
    }

    private static let text: JSONValue = ["type": "string"]
    private static let flag: JSONValue = ["type": "boolean"]
    private static let number: JSONValue = ["type": "integer"]

    private static let specs: [ResourceKey: JSONValue] = [
        .applications: [
            "destination": open(["server": text, "namespace": text, "name": text]),
            "project": text,
            "source": open(["repoURL": text, "path": text, "targetRevision": text]),
            "syncPolicy": open(["automated": open(["prune": flag, "selfHeal": flag])]),
        ],
        .helmChartConfigs: [
            "valuesContent": text,
            "failurePolicy": ["type": "string", "enum": ["reinstall", "abort"]],
        ],
        .gitRepos: ["repo": text, "branch": text, "revision": text, "paused": flag],
        .gitRepositories: ["url": text, "interval": text, "suspend": flag],
        .kustomizations: ["path": text, "interval": text, "suspend": flag, "prune": flag],
        .helmReleases: ["interval": text, "suspend": flag],
        .longhornVolumes: ["numberOfReplicas": number, "nodeID": text, "fromBackup": text],
    ]
}
