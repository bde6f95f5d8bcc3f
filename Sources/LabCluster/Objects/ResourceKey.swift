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

    fileprivate init(_ group: String, _ name: String) { self.init(group: group, name: name) }

    /// `deployments.apps`, or only the name in the core group: as error
    /// messages of the API name it.
    public var description: String { group.isEmpty ? name : "\(name).\(group)" }
}

extension ResourceKey {
    /// The resources the lab itself works with.
    public static let nodes = Self("", "nodes")
    public static let pods = Self("", "pods")
    public static let namespaces = Self("", "namespaces")
    public static let secrets = Self("", "secrets")
    public static let configMaps = Self("", "configmaps")
    public static let persistentVolumes = Self("", "persistentvolumes")
    public static let persistentVolumeClaims = Self("", "persistentvolumeclaims")
    public static let events = Self("", "events")
    public static let services = Self("", "services")
    public static let endpoints = Self("", "endpoints")
    public static let serviceAccounts = Self("", "serviceaccounts")
    public static let resourceQuotas = Self("", "resourcequotas")
    public static let deployments = Self("apps", "deployments")
    public static let daemonSets = Self("apps", "daemonsets")
    public static let replicaSets = Self("apps", "replicasets")
    public static let statefulSets = Self("apps", "statefulsets")
    public static let controllerRevisions = Self("apps", "controllerrevisions")
    public static let jobs = Self("batch", "jobs")
    public static let cronJobs = Self("batch", "cronjobs")
    public static let storageClasses = Self("storage.k8s.io", "storageclasses")
    public static let volumeAttachments = Self("storage.k8s.io", "volumeattachments")
    public static let leases = Self("coordination.k8s.io", "leases")
    public static let disruptionBudgets = Self("policy", "poddisruptionbudgets")
    public static let endpointSlices = Self("discovery.k8s.io", "endpointslices")
    public static let ingresses = Self("networking.k8s.io", "ingresses")
    public static let ingressClasses = Self("networking.k8s.io", "ingressclasses")
    public static let priorityClasses = Self("scheduling.k8s.io", "priorityclasses")
    /// The definitions of custom resources.
    public static let definitions = Self("apiextensions.k8s.io", "customresourcedefinitions")
    /// Of Fleet, Argo CD, Flux, Sealed Secrets, Longhorn and Traefik.
    public static let gitRepos = Self("fleet.cattle.io", "gitrepos")
    public static let bundles = Self("fleet.cattle.io", "bundles")
    public static let fleetClusters = Self("fleet.cattle.io", "clusters")
    public static let bundleDeployments = Self("fleet.cattle.io", "bundledeployments")
    public static let applications = Self("argoproj.io", "applications")
    public static let applicationSets = Self("argoproj.io", "applicationsets")
    public static let appProjects = Self("argoproj.io", "appprojects")
    public static let gitRepositories = Self("source.toolkit.fluxcd.io", "gitrepositories")
    public static let kustomizations = Self("kustomize.toolkit.fluxcd.io", "kustomizations")
    public static let helmReleases = Self("helm.toolkit.fluxcd.io", "helmreleases")
    public static let sealedSecrets = Self("bitnami.com", "sealedsecrets")
    public static let addons = Self("k3s.cattle.io", "addons")
    public static let helmCharts = Self("helm.cattle.io", "helmcharts")
    public static let helmChartConfigs = Self("helm.cattle.io", "helmchartconfigs")
    public static let longhornVolumes = Self("longhorn.io", "volumes")
    public static let longhornReplicas = Self("longhorn.io", "replicas")
    public static let longhornEngines = Self("longhorn.io", "engines")
    public static let longhornInstanceManagers = Self("longhorn.io", "instancemanagers")
    public static let longhornBackupVolumes = Self("longhorn.io", "backupvolumes")
    public static let longhornNodes = Self("longhorn.io", "nodes")
    public static let longhornSettings = Self("longhorn.io", "settings")
    public static let longhornBackups = Self("longhorn.io", "backups")
    public static let longhornBackupTargets = Self("longhorn.io", "backuptargets")
    public static let ingressRoutes = Self("traefik.io", "ingressroutes")
    public static let tlsStores = Self("traefik.io", "tlsstores")
    public static let middlewares = Self("traefik.io", "middlewares")
}

extension ResourceKey {
    /// The resources the API itself works with.
    static let networkPolicies = Self("networking.k8s.io", "networkpolicies")
    static let roles = Self("rbac.authorization.k8s.io", "roles")
    static let roleBindings = Self("rbac.authorization.k8s.io", "rolebindings")
    static let clusterRoles = Self("rbac.authorization.k8s.io", "clusterroles")
    static let clusterRoleBindings = Self("rbac.authorization.k8s.io", "clusterrolebindings")
    static let validatingWebhooks = Self(
        "admissionregistration.k8s.io", "validatingwebhookconfigurations")
    static let mutatingWebhooks = Self(
        "admissionregistration.k8s.io", "mutatingwebhookconfigurations")
}
