/// Names one resource of the API: its group ("" for the core group) and its
/// plural name.
public struct ResourceKey: Hashable, Sendable, CustomStringConvertible {
    /// The API group, empty for the core group.
    public let group: String
    /// The plural name as it stands in a URL, such as `nodes`.
    public let name: String

    public init(group: String = "", name: String) {
        self.group = group
        self.name = name
    }

    /// `deployments.apps`, or only the name in the core group: as error
    /// messages of the API name it.
    public var description: String { group.isEmpty ? name : "\(name).\(group)" }
}

extension ResourceKey {
    /// The resources the lab itself works with.
    public static let nodes = ResourceKey(name: "nodes")
    public static let pods = ResourceKey(name: "pods")
    public static let namespaces = ResourceKey(name: "namespaces")
    public static let secrets = ResourceKey(name: "secrets")
    public static let configMaps = ResourceKey(name: "configmaps")
    public static let persistentVolumes = ResourceKey(name: "persistentvolumes")
    public static let persistentVolumeClaims = ResourceKey(name: "persistentvolumeclaims")
    public static let events = ResourceKey(name: "events")
    public static let services = ResourceKey(name: "services")
    public static let serviceAccounts = ResourceKey(name: "serviceaccounts")
    public static let deployments = ResourceKey(group: "apps", name: "deployments")
    public static let daemonSets = ResourceKey(group: "apps", name: "daemonsets")
    public static let replicaSets = ResourceKey(group: "apps", name: "replicasets")
    public static let storageClasses = ResourceKey(group: "storage.k8s.io", name: "storageclasses")
    public static let leases = ResourceKey(group: "coordination.k8s.io", name: "leases")
    public static let disruptionBudgets = ResourceKey(group: "policy", name: "poddisruptionbudgets")
    public static let gitRepos = ResourceKey(group: "fleet.cattle.io", name: "gitrepos")
    public static let bundles = ResourceKey(group: "fleet.cattle.io", name: "bundles")
    public static let fleetClusters = ResourceKey(group: "fleet.cattle.io", name: "clusters")
    /// Which volume hangs on which node.
    public static let volumeAttachments = ResourceKey(
        group: "storage.k8s.io", name: "volumeattachments")
    /// A bundle on one downstream cluster.
    public static let bundleDeployments = ResourceKey(
        group: "fleet.cattle.io", name: "bundledeployments")
}
