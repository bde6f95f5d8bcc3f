/// What the API tells about a resource in its discovery documents, and how the
/// resource behaves.
struct ResourceType: Sendable {
    let key: ResourceKey
    let version: String
    let kind: String
    let singular: String
    let isNamespaced: Bool
    var shortNames: [String] = []
    var categories: [String] = []
    var subresources: [String] = ["status"]
    var verbs = TypeRow.allVerbs
    /// Custom resources know no strategic patch and keep kind in list items.
    var isCustom = false
    /// A review or a binding is only posted: there is nothing to get or list.
    var isStored = true

    var apiVersion: String { key.group.isEmpty ? version : "\(key.group)/\(version)" }

    /// `metadata.generation` counts changes of the specification.
    var hasGeneration: Bool {
        isCustom || ["apps", "policy", "batch", "networking.k8s.io"].contains(key.group)
    }

    /// `Deployment.apps`, as an Invalid status names a kind.
    var qualifiedKind: String { key.group.isEmpty ? kind : "\(kind).\(key.group)" }

    /// Name of the definition a custom resource comes from.
    var definitionName: String { "\(key.name).\(key.group)" }
}

extension ResourceType {
    /// Every resource the lab knows. One that is not here answers 404, as on a
    /// server without it; a custom one also where its definition is missing.
    static let all: [ResourceType] =
        BuiltInTypes.groups.flatMap { $0.types(isCustom: false) }
        + CustomTypes.groups.flatMap { $0.types(isCustom: true) }

    private static let byKey = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })
    private static let byKind = Dictionary(
        uniqueKeysWithValues: all.map { ("\($0.apiVersion) \($0.kind)", $0) })

    static func of(_ key: ResourceKey) -> ResourceType? { byKey[key] }

    /// The type of an object by its `apiVersion` and `kind`.
    static func of(apiVersion: String?, kind: String?) -> ResourceType? {
        byKind["\(apiVersion ?? "") \(kind ?? "")"]
    }
}

extension World {
    /// Whether this cluster has `type`: a custom one lives by its definition.
    func serves(_ type: ResourceType) -> Bool {
        !type.isCustom
            || object(.definitions, nil, type.definitionName) != nil
    }

    /// The types it serves, in the catalogue's order.
    var types: [ResourceType] { ResourceType.all.filter(serves) }
}
