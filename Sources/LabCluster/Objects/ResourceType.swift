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
    /// Custom resources know no strategic patch and keep kind in list items.
    var isCustom = false

    var apiVersion: String { key.group.isEmpty ? version : "\(key.group)/\(version)" }

    /// `metadata.generation` counts changes of the specification.
    var hasGeneration: Bool { isCustom || key.group == "apps" || key.group == "policy" }

    /// `Deployment.apps`, as an Invalid status names a kind.
    var qualifiedKind: String { key.group.isEmpty ? kind : "\(kind).\(key.group)" }
}

extension ResourceType {
    /// Every resource the cluster serves. A resource that is not here answers
    /// 404, as on a server without it.
    static let all: [ResourceType] = [
        core(.configMaps, "ConfigMap", short: ["cm"], subresources: []),
        core(.events, "Event", short: ["ev"], subresources: []),
        core(.namespaces, "Namespace", namespaced: false, short: ["ns"]),
        core(.nodes, "Node", namespaced: false, short: ["no"]),
        core(.persistentVolumeClaims, "PersistentVolumeClaim", short: ["pvc"]),
        core(.persistentVolumes, "PersistentVolume", namespaced: false, short: ["pv"]),
        core(.pods, "Pod", short: ["po"], all: true, subresources: ["eviction", "status"]),
        core(.secrets, "Secret", subresources: []),
        core(.serviceAccounts, "ServiceAccount", short: ["sa"], subresources: []),
        core(.services, "Service", short: ["svc"], all: true),
        core(.daemonSets, "DaemonSet", short: ["ds"], all: true),
        core(
            .deployments, "Deployment", short: ["deploy"], all: true,
            subresources: ["scale", "status"]),
        core(
            .replicaSets, "ReplicaSet", short: ["rs"], all: true,
            subresources: ["scale", "status"]),
        core(.leases, "Lease", subresources: []),
        core(.disruptionBudgets, "PodDisruptionBudget", short: ["pdb"]),
        core(.storageClasses, "StorageClass", namespaced: false, short: ["sc"], subresources: []),
        core(.volumeAttachments, "VolumeAttachment", namespaced: false),
        fleet(.bundleDeployments, "BundleDeployment"),
        fleet(.bundles, "Bundle"),
        fleet(.fleetClusters, "Cluster"),
        fleet(.gitRepos, "GitRepo", categories: ["fleet"]),
    ]

    /// The groups in the order of the list, the core group first.
    static let groups: [String] = all.map(\.key.group).reduce(into: []) { groups, group in
        if !groups.contains(group) { groups.append(group) }
    }

    static func of(_ key: ResourceKey) -> ResourceType? { all.first { $0.key == key } }

    /// The type of an object by its `apiVersion` and `kind`.
    static func of(apiVersion: String?, kind: String?) -> ResourceType? {
        all.first { $0.kind == kind && $0.apiVersion == apiVersion }
    }

    private static func core(
        _ key: ResourceKey, _ kind: String, namespaced: Bool = true, short: [String] = [],
        all: Bool = false, subresources: [String] = ["status"]
    ) -> ResourceType {
        ResourceType(
            key: key, version: "v1", kind: kind, singular: kind.lowercased(),
            isNamespaced: namespaced, shortNames: short, categories: all ? ["all"] : [],
            subresources: subresources)
    }

    private static func fleet(
        _ key: ResourceKey, _ kind: String, categories: [String] = []
    ) -> ResourceType {
        ResourceType(
            key: key, version: "v1alpha1", kind: kind, singular: kind.lowercased(),
            isNamespaced: true, categories: categories, isCustom: true)
    }
}
