/// The custom resources the lab knows: those of Argo CD, Flux, Fleet, Sealed
/// Secrets, k3s's Helm controller, Longhorn and Traefik, as their definitions
/// name them. A cluster serves one only while its definition exists in it.
enum CustomTypes {
    static let groups: [TypeGroup] = [
        TypeGroup(
            "argoproj.io", "v1alpha1",
            [
                TypeRow("applications", "Application", short: ["app", "apps"], subresources: []),
                TypeRow("applicationsets", "ApplicationSet", short: ["appset", "appsets"]),
                TypeRow(
                    "appprojects", "AppProject", short: ["appproj", "appprojs"], subresources: []),
            ]),
        TypeGroup(
            "bitnami.com", "v1alpha1",
            [
                TypeRow("sealedsecrets", "SealedSecret")
            ]),
        TypeGroup(
            "fleet.cattle.io", "v1alpha1",
            [
                TypeRow("bundledeployments", "BundleDeployment"),
                TypeRow("bundlenamespacemappings", "BundleNamespaceMapping"),
                TypeRow("bundles", "Bundle"),
                TypeRow("clustergroups", "ClusterGroup", categories: ["fleet"]),
                TypeRow("clusterregistrations", "ClusterRegistration"),
                TypeRow("clusterregistrationtokens", "ClusterRegistrationToken"),
                TypeRow("clusters", "Cluster"),
                TypeRow("contents", "Content", namespaced: false),
                TypeRow("gitreporestrictions", "GitRepoRestriction"),
                TypeRow("gitrepos", "GitRepo", categories: ["fleet"]),
                TypeRow("helmops", "HelmOp", categories: ["fleet"]),
                TypeRow("imagescans", "ImageScan"),
                TypeRow("policies", "Policy", subresources: []),
                TypeRow("schedules", "Schedule"),
            ]),
        TypeGroup(
            "helm.cattle.io", "v1",
            [
                TypeRow("helmchartconfigs", "HelmChartConfig", subresources: []),
                TypeRow("helmcharts", "HelmChart"),
            ]),
        TypeGroup(
            "helm.toolkit.fluxcd.io", "v2",
            [
                TypeRow(
                    "helmreleases", "HelmRelease", short: ["hr"],
                    categories: ["all", "fluxcd", "fluxcd-appliers"])
            ]),
        TypeGroup(
            "k3s.cattle.io", "v1",
            [
                TypeRow("addons", "Addon", subresources: []),
                TypeRow("etcdsnapshotfiles", "ETCDSnapshotFile", namespaced: false),
            ]),
        TypeGroup(
            "kustomize.toolkit.fluxcd.io", "v1",
            [
                TypeRow(
                    "kustomizations", "Kustomization", short: ["ks"],
                    categories: ["all", "fluxcd", "fluxcd-appliers"])
            ]),
        TypeGroup(
            "longhorn.io", "v1beta2",
            [
                TypeRow("backingimagedatasources", "BackingImageDataSource", short: ["lhbids"]),
                TypeRow("backingimagemanagers", "BackingImageManager", short: ["lhbim"]),
                TypeRow("backingimages", "BackingImage", short: ["lhbi"]),
                TypeRow("backupbackingimages", "BackupBackingImage", short: ["lhbbi"]),
                TypeRow("backups", "Backup", short: ["lhb"]),
                TypeRow("backuptargets", "BackupTarget", short: ["lhbt"]),
                TypeRow("backupvolumes", "BackupVolume", short: ["lhbv"]),
                TypeRow("enginefrontends", "EngineFrontend", short: ["lhef"]),
                TypeRow("engineimages", "EngineImage", short: ["lhei"]),
                TypeRow("engines", "Engine", short: ["lhe"]),
                TypeRow("instancemanagers", "InstanceManager", short: ["lhim"]),
                TypeRow("nodes", "Node", short: ["lhn"]),
                TypeRow("orphans", "Orphan", short: ["lho"]),
                TypeRow("recurringjobs", "RecurringJob", short: ["lhrj"]),
                TypeRow("replicas", "Replica", short: ["lhr"]),
                TypeRow("settings", "Setting", short: ["lhs"]),
                TypeRow("shardgroups", "ShardGroup", short: ["lhsg"]),
                TypeRow("shards", "Shard", short: ["lhsd"]),
                TypeRow("sharemanagers", "ShareManager", short: ["lhsm"]),
                TypeRow("snapshots", "Snapshot", short: ["lhsnap"]),
                TypeRow("supportbundles", "SupportBundle", short: ["lhbundle"]),
                TypeRow("systembackups", "SystemBackup", short: ["lhsb"]),
                TypeRow("systemrestores", "SystemRestore", short: ["lhsr"]),
                TypeRow("volumeattachments", "VolumeAttachment", short: ["lhva"]),
                TypeRow("volumes", "Volume", short: ["lhv"]),
            ]),
        TypeGroup(
            "source.toolkit.fluxcd.io", "v1",
            [
                TypeRow("buckets", "Bucket", categories: ["all", "fluxcd", "fluxcd-sources"]),
                TypeRow(
                    "externalartifacts", "ExternalArtifact", short: ["ea"],
                    categories: ["all", "fluxcd", "fluxcd-sources"]),
                TypeRow(
                    "gitrepositories", "GitRepository", short: ["gitrepo"],
                    categories: ["all", "fluxcd", "fluxcd-sources"]),
                TypeRow(
                    "helmcharts", "HelmChart", short: ["hc"],
                    categories: ["all", "fluxcd", "fluxcd-sources"]),
                TypeRow(
                    "helmrepositories", "HelmRepository", short: ["helmrepo"],
                    categories: ["all", "fluxcd", "fluxcd-sources"]),
                TypeRow(
                    "ocirepositories", "OCIRepository", short: ["ocirepo"],
                    categories: ["all", "fluxcd", "fluxcd-sources"]),
            ]),
        TypeGroup(
            "traefik.io", "v1alpha1",
            [
                TypeRow("ingressroutes", "IngressRoute", subresources: []),
                TypeRow("ingressroutetcps", "IngressRouteTCP", subresources: []),
                TypeRow("ingressrouteudps", "IngressRouteUDP", subresources: []),
                TypeRow("middlewares", "Middleware", subresources: []),
                TypeRow("middlewaretcps", "MiddlewareTCP", subresources: []),
                TypeRow("serverstransports", "ServersTransport", subresources: []),
                TypeRow("serverstransporttcps", "ServersTransportTCP", subresources: []),
                TypeRow("tlsoptions", "TLSOption", subresources: []),
                TypeRow("tlsstores", "TLSStore", subresources: []),
                TypeRow("traefikservices", "TraefikService", subresources: []),
            ]),
    ]
}
