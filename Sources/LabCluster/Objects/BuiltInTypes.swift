/// The resources a Kubernetes API server has of its own, as 1.32 lists them.
///
/// Of a group only its newest version is there. What stands here with `isStored:
/// false` answers 501 where it is not a review.
enum BuiltInTypes {
    static let groups: [TypeGroup] = [
        TypeGroup(
            "", "v1",
            [
                TypeRow("bindings", "Binding", subresources: [], isStored: false),
                TypeRow(
                    "componentstatuses", "ComponentStatus", namespaced: false, short: ["cs"],
                    subresources: [], isStored: false, verbs: ["get", "list"]),
                TypeRow("configmaps", "ConfigMap", short: ["cm"], subresources: []),
                TypeRow("endpoints", "Endpoints", short: ["ep"], subresources: []),
                TypeRow("events", "Event", short: ["ev"], subresources: []),
                TypeRow("limitranges", "LimitRange", short: ["limits"], subresources: []),
                TypeRow(
                    "namespaces", "Namespace", namespaced: false, short: ["ns"],
                    subresources: ["finalize", "status"],
                    verbs: TypeRow.allVerbs.filter { $0 != "deletecollection" }),
                TypeRow(
                    "nodes", "Node", namespaced: false, short: ["no"], subresources: ["status"]),
                TypeRow("persistentvolumeclaims", "PersistentVolumeClaim", short: ["pvc"]),
                TypeRow("persistentvolumes", "PersistentVolume", namespaced: false, short: ["pv"]),
                TypeRow(
                    "pods", "Pod", short: ["po"], categories: ["all"],
                    subresources: ["binding", "eviction", "log", "status"]),
                TypeRow("podtemplates", "PodTemplate", subresources: []),
                TypeRow(
                    "replicationcontrollers", "ReplicationController", short: ["rc"],
                    categories: ["all"], subresources: ["scale", "status"]),
                TypeRow("resourcequotas", "ResourceQuota", short: ["quota"]),
                TypeRow("secrets", "Secret", subresources: []),
                TypeRow(
                    "serviceaccounts", "ServiceAccount", short: ["sa"], subresources: ["token"]),
                TypeRow(
                    "services", "Service", short: ["svc"], categories: ["all"],
                    subresources: ["status"]),
            ]),
        TypeGroup(
            "apiregistration.k8s.io", "v1",
            [
                TypeRow(
                    "apiservices", "APIService", namespaced: false, categories: ["api-extensions"])
            ]),
        TypeGroup(
            "apps", "v1",
            [
                TypeRow("controllerrevisions", "ControllerRevision", subresources: []),
                TypeRow("daemonsets", "DaemonSet", short: ["ds"], categories: ["all"]),
                TypeRow(
                    "deployments", "Deployment", short: ["deploy"], categories: ["all"],
                    subresources: ["scale", "status"]),
                TypeRow(
                    "replicasets", "ReplicaSet", short: ["rs"], categories: ["all"],
                    subresources: ["scale", "status"]),
                TypeRow(
                    "statefulsets", "StatefulSet", short: ["sts"], categories: ["all"],
                    subresources: ["scale", "status"]),
            ]),
        TypeGroup(
            "events.k8s.io", "v1",
            [
                TypeRow(
                    "events", "Event", short: ["ev"], subresources: [], isStored: false,
                    verbs: TypeRow.allVerbs)
            ]),
        TypeGroup(
            "authentication.k8s.io", "v1",
            [
                TypeRow(
                    "selfsubjectreviews", "SelfSubjectReview", namespaced: false, subresources: [],
                    isStored: false),
                TypeRow(
                    "tokenreviews", "TokenReview", namespaced: false, subresources: [],
                    isStored: false),
            ]),
        TypeGroup(
            "authorization.k8s.io", "v1",
            [
                TypeRow(
                    "localsubjectaccessreviews", "LocalSubjectAccessReview", subresources: [],
                    isStored: false),
                TypeRow(
                    "selfsubjectaccessreviews", "SelfSubjectAccessReview", namespaced: false,
                    subresources: [], isStored: false),
                TypeRow(
                    "selfsubjectrulesreviews", "SelfSubjectRulesReview", namespaced: false,
                    subresources: [], isStored: false),
                TypeRow(
                    "subjectaccessreviews", "SubjectAccessReview", namespaced: false,
                    subresources: [], isStored: false),
            ]),
        TypeGroup(
            "autoscaling", "v2",
            [
                TypeRow(
                    "horizontalpodautoscalers", "HorizontalPodAutoscaler", short: ["hpa"],
                    categories: ["all"])
            ]),
        TypeGroup(
            "batch", "v1",
            [
                TypeRow("cronjobs", "CronJob", short: ["cj"], categories: ["all"]),
                TypeRow("jobs", "Job", categories: ["all"]),
            ]),
        TypeGroup(
            "certificates.k8s.io", "v1",
            [
                TypeRow(
                    "certificatesigningrequests", "CertificateSigningRequest", namespaced: false,
                    short: ["csr"], subresources: ["approval", "status"])
            ]),
        TypeGroup(
            "networking.k8s.io", "v1",
            [
                TypeRow("ingressclasses", "IngressClass", namespaced: false, subresources: []),
                TypeRow("ingresses", "Ingress", short: ["ing"]),
                TypeRow("networkpolicies", "NetworkPolicy", short: ["netpol"], subresources: []),
            ]),
        TypeGroup(
            "policy", "v1",
            [
                TypeRow("poddisruptionbudgets", "PodDisruptionBudget", short: ["pdb"])
            ]),
        TypeGroup(
            "rbac.authorization.k8s.io", "v1",
            [
                TypeRow(
                    "clusterrolebindings", "ClusterRoleBinding", namespaced: false, subresources: []
                ),
                TypeRow("clusterroles", "ClusterRole", namespaced: false, subresources: []),
                TypeRow("rolebindings", "RoleBinding", subresources: []),
                TypeRow("roles", "Role", subresources: []),
            ]),
        TypeGroup(
            "storage.k8s.io", "v1",
            [
                TypeRow("csidrivers", "CSIDriver", namespaced: false, subresources: []),
                TypeRow("csinodes", "CSINode", namespaced: false, subresources: []),
                TypeRow("csistoragecapacities", "CSIStorageCapacity", subresources: []),
                TypeRow(
                    "storageclasses", "StorageClass", namespaced: false, short: ["sc"],
                    subresources: []),
                TypeRow("volumeattachments", "VolumeAttachment", namespaced: false),
            ]),
        TypeGroup(
            "admissionregistration.k8s.io", "v1",
            [
                TypeRow(
                    "mutatingwebhookconfigurations", "MutatingWebhookConfiguration",
                    namespaced: false, categories: ["api-extensions"], subresources: []),
                TypeRow(
                    "validatingadmissionpolicies", "ValidatingAdmissionPolicy", namespaced: false,
                    categories: ["api-extensions"]),
                TypeRow(
                    "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding",
                    namespaced: false, categories: ["api-extensions"], subresources: []),
                TypeRow(
                    "validatingwebhookconfigurations", "ValidatingWebhookConfiguration",
                    namespaced: false, categories: ["api-extensions"], subresources: []),
            ]),
        TypeGroup(
            "apiextensions.k8s.io", "v1",
            [
                TypeRow(
                    "customresourcedefinitions", "CustomResourceDefinition", namespaced: false,
                    short: ["crd", "crds"], categories: ["api-extensions"])
            ]),
        TypeGroup(
            "scheduling.k8s.io", "v1",
            [
                TypeRow(
                    "priorityclasses", "PriorityClass", namespaced: false, short: ["pc"],
                    subresources: [])
            ]),
        TypeGroup(
            "coordination.k8s.io", "v1",
            [
                TypeRow("leases", "Lease", subresources: [])
            ]),
        TypeGroup(
            "node.k8s.io", "v1",
            [
                TypeRow("runtimeclasses", "RuntimeClass", namespaced: false, subresources: [])
            ]),
        TypeGroup(
            "flowcontrol.apiserver.k8s.io", "v1",
            [
                TypeRow("flowschemas", "FlowSchema", namespaced: false),
                TypeRow(
                    "prioritylevelconfigurations", "PriorityLevelConfiguration", namespaced: false),
            ]),
        TypeGroup(
            "discovery.k8s.io", "v1",
            [
                TypeRow("endpointslices", "EndpointSlice", subresources: [])
            ]),
    ]
}
