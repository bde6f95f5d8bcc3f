/// The resources of one API group and version, as the catalogue lists them.
struct TypeGroup: Sendable {
    let name: String
    let version: String
    let rows: [TypeRow]

    init(_ name: String, _ version: String, _ rows: [TypeRow]) {
        self.name = name
        self.version = version
        self.rows = rows
    }

    func types(isCustom: Bool) -> [ResourceType] {
        rows.map { row in
            ResourceType(
                key: ResourceKey(group: name, name: row.name), version: version, kind: row.kind,
                singular: row.kind.lowercased(), isNamespaced: row.isNamespaced,
                shortNames: row.shortNames, categories: row.categories,
                subresources: row.subresources, verbs: row.verbs, isCustom: isCustom,
                isStored: row.isStored)
        }
    }
}

/// One line of it.
struct TypeRow: Sendable {
    let name: String
    let kind: String
    let isNamespaced: Bool
    let shortNames: [String]
    let categories: [String]
    let subresources: [String]
    let isStored: Bool
    let verbs: [String]

    /// What can be done with most resources.
    static let allVerbs = [
        "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
    ]

    init(
        _ name: String, _ kind: String, namespaced: Bool = true, short: [String] = [],
        categories: [String] = [], subresources: [String] = ["status"], isStored: Bool = true,
        verbs: [String]? = nil
    ) {
        self.verbs = verbs ?? (isStored ? Self.allVerbs : ["create"])
        self.name = name
        self.kind = kind
        isNamespaced = namespaced
        shortNames = short
        self.categories = categories
        self.subresources = subresources
        self.isStored = isStored
    }
}
