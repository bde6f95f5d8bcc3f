import JSON

/// The CustomResourceDefinition of a custom type.
enum ResourceDefinition {
    /// The definition as its project's manifest leaves it in a cluster; the
    /// schema is open but for what `CustomSchema` knows.
    static func object(of type: ResourceType) -> JSONValue {
        var names: JSONValue = [
            "plural": .string(type.key.name), "singular": .string(type.singular),
            "kind": .string(type.kind), "listKind": .string(type.kind + "List"),
        ]
        if !type.shortNames.isEmpty {
            names["shortNames"] = .array(type.shortNames.map(JSONValue.string))
        }
        if !type.categories.isEmpty {
            names["categories"] = .array(type.categories.map(JSONValue.string))
        }
        var version: JSONValue = [
            "name": .string(type.version), "served": true, "storage": true,
            "schema": [
                "openAPIV3Schema": CustomSchema.known(type.key)
            ],
        ]
        if type.subresources.contains("status") { version["subresources"] = ["status": [:]] }
        let columns = KnownColumns.of(type.key)
        if !columns.isEmpty { version["additionalPrinterColumns"] = .array(columns) }
        return [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": .string(type.definitionName)],
            "spec": [
                "group": .string(type.key.group), "names": names,
                "scope": type.isNamespaced ? "Namespaced" : "Cluster",
                "versions": [version], "conversion": ["strategy": "None"],
            ],
            "status": [
                "acceptedNames": names, "storedVersions": [.string(type.version)],
                "conditions": [
                    ["type": "NamesAccepted", "status": "True", "reason": "NoConflicts"],
                    ["type": "Established", "status": "True", "reason": "InitialNamesAccepted"],
                ],
            ],
        ]
    }
}
