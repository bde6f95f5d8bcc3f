/// What is known of kinds before a cluster is asked.
enum Kinds {
    /// Groups every Kubernetes server has.
    static let builtIn: Set = [
        "", "apps", "batch", "autoscaling", "policy", "rbac.authorization.k8s.io",
        "networking.k8s.io", "storage.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io",
        "admissionregistration.k8s.io", "scheduling.k8s.io", "coordination.k8s.io",
        "discovery.k8s.io", "events.k8s.io", "node.k8s.io", "certificates.k8s.io",
        "flowcontrol.apiserver.k8s.io", "authentication.k8s.io", "authorization.k8s.io",
        "resource.k8s.io", "extensions",
    ]

    /// Groups a distribution or a GitOps engine brings before it reads Git.
    static func brought(by word: String) -> Set<String> {
        switch word {
        case "k3s": ["helm.cattle.io", "k3s.cattle.io"]
        case "argocd": ["argoproj.io"]
        case "flux":
            [
                "kustomize.toolkit.fluxcd.io", "source.toolkit.fluxcd.io",
                "helm.toolkit.fluxcd.io", "notification.toolkit.fluxcd.io",
                "image.toolkit.fluxcd.io",
            ]
        case "fleet": ["fleet.cattle.io"]
        default: []
        }
    }

    /// Storage classes a distribution brings.
    static func storageClasses(of distribution: String) -> Set<String> {
        distribution == "k3s" ? ["local-path"] : []
    }

    private static let withoutNamespace: Set = [
        "Namespace", "Node", "PersistentVolume", "ClusterRole", "ClusterRoleBinding",
        "CustomResourceDefinition", "StorageClass", "IngressClass", "PriorityClass",
        "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "APIService",
        "CSIDriver", "CSINode", "RuntimeClass", "VolumeAttachment", "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding", "CertificateSigningRequest", "FlowSchema",
        "PriorityLevelConfiguration", "VolumeSnapshotClass", "ClusterIssuer",
        "ClusterSecretStore", "ClusterExternalSecret", "ClusterPolicy", "GatewayClass",
        "CiliumLoadBalancerIPPool", "CiliumClusterwideNetworkPolicy", "CiliumBGPPeeringPolicy",
        "CiliumBGPClusterConfig", "CiliumBGPPeerConfig", "CiliumBGPAdvertisement",
        "CiliumL2AnnouncementPolicy", "GlobalNetworkPolicy",
        "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "DeviceClass", "ServiceCIDR",
        "VolumeAttributesClass", "ClusterTrustBundle", "PodSecurityPolicy",
        "VolumeSnapshotContent", "VolumeGroupSnapshotClass", "VolumeGroupSnapshotContent",
        "ClusterPushSecret", "ClusterGenerator", "ClusterCleanupPolicy", "GlobalContextEntry",
        "ConstraintTemplate", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy",
        "CiliumEgressGatewayPolicy", "CiliumClusterwideEnvoyConfig", "CiliumCIDRGroup",
        "CiliumPodIPPool", "CiliumNode", "CiliumBGPNodeConfigOverride",
        "FelixConfiguration", "GlobalNetworkSet", "KubeControllersConfiguration", "NodeFeatureRule",
        "ETCDSnapshotFile", "ClusterWorkflowTemplate", "ClusterAnalysisTemplate",
        "ClusterImageCatalog",
    ]

    /// Kinds whose names others use for kinds that do lie in a namespace.
    private static let withoutNamespaceOfGroup: [String: Set<String>] = [
        "projectcalico.org": calico, "crd.projectcalico.org": calico,
        "operator.tigera.io": ["Installation", "APIServer", "ImageSet"],
        "trust.cert-manager.io": ["Bundle"],
    ]

    private static let calico: Set = [
        "BGPConfiguration", "BGPFilter", "BGPPeer", "ClusterInformation", "HostEndpoint", "IPPool",
        "IPReservation", "Tier",
    ]

    /// Whether objects of a kind lie in no namespace; `defined` are the kinds
    /// of which a definition in the same inventory says so.
    static func isClusterWide(_ name: ObjectName, _ defined: [String: Bool]) -> Bool {
        defined["\(name.kind).\(name.group)"]
            ?? (withoutNamespace.contains(name.kind)
                || withoutNamespaceOfGroup[name.group]?.contains(name.kind) == true)
    }
}
