import Digest
import JSON

/// What the server does to an object before it stores it: defaults, fields only
/// it may set, and the checks a drill can run into.
struct Admission: Sendable {
    /// How long a pod stays on a node that is gone: `tolerationSeconds` of the
    /// tolerations every pod gets.
    let tolerationSeconds: Int

    /// A new object, ready to be stored.
    func created(
        _ object: JSONValue, _ type: ResourceType, now: Moment
    ) throws(StatusError) -> JSONValue {
        var new = object
        new["kind"] = .string(type.kind)
        new["apiVersion"] = .string(type.apiVersion)
        for field in ["uid", "resourceVersion", "deletionTimestamp", "managedFields", "selfLink"] {
            new.set("metadata", field, to: nil)
        }
        new.set("metadata", "creationTimestamp", to: .string(now.text))
        if type.hasGeneration { new.set("metadata", "generation", to: 1) }
        Self.set(&new, defaults: Self.defaults[type.key] ?? [:])
        WorkloadDefaults.apply(to: &new, type.key)
        switch type.key {
        case .pods: defaultTolerations(&new)
        case .namespaces:
            new.set("metadata", "labels", "kubernetes.io/metadata.name", to: .string(new.name))
        case .secrets: encodeStringData(&new)
        case .persistentVolumeClaims:
            new.set("metadata", "finalizers", to: ["kubernetes.io/pvc-protection"])
        case .persistentVolumes:
            new.set("metadata", "finalizers", to: ["kubernetes.io/pv-protection"])
        default: break
        }
        try validate(new, type)
        return new
    }

    /// `new` as it may replace `old`: what the writer must not set is kept.
    func updated(
        _ new: JSONValue, from old: JSONValue, _ type: ResourceType, subresource: String?
    ) throws(StatusError) -> JSONValue {
        var result = new
        if subresource == "status" {
            result = old
            result["status"] = new["status"]
            return result
        }
        result["kind"] = old["kind"]
        result["apiVersion"] = old["apiVersion"]
        for field in [
            "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
            "generation", "resourceVersion",
        ] { result.set("metadata", field, to: old.at("metadata", field)) }
        result.set("metadata", "managedFields", to: nil)
        if type.subresources.contains("status") { result["status"] = old["status"] }
        if type.key == .secrets { encodeStringData(&result) }
        Self.tidy(&result)
        if type.hasGeneration, result["spec"] != old["spec"] {
            result.set(
                "metadata", "generation", to: .int((old.at("metadata", "generation")?.int ?? 1) + 1)
            )
        }
        try validate(result, type)
        try refuseImmutable(result, old, type)
        return result
    }

    /// Empty members a server does not keep, so that a patch that leaves one
    /// behind has no effect.
    private static func tidy(_ object: inout JSONValue) {
        for field in ["labels", "annotations"] where object.at("metadata", field) == [:] {
            object.set("metadata", field, to: nil)
        }
        for field in ["finalizers", "ownerReferences"] where object.at("metadata", field) == [] {
            object.set("metadata", field, to: nil)
        }
        // The typed form has no place for a false or an empty list here.
        if object.kind == "Node" {
            if object.at("spec", "taints") == [] { object.set("spec", "taints", to: nil) }
            if object.at("spec", "unschedulable") == false {
                object.set("spec", "unschedulable", to: nil)
            }
            if object["spec"] == nil { object["spec"] = [:] }
        }
    }

    private static let defaults: [ResourceKey: JSONValue] = [
        .pods: [
            "spec": [
                "terminationGracePeriodSeconds": 30, "restartPolicy": "Always",
                "schedulerName": "default-scheduler", "serviceAccountName": "default",
            ], "status": ["phase": "Pending", "qosClass": "BestEffort"],
        ],
        .namespaces: ["spec": ["finalizers": ["kubernetes"]], "status": ["phase": "Active"]],
        .nodes: ["spec": [:]],
        .secrets: ["type": "Opaque"],
        .persistentVolumeClaims: [
            "spec": ["volumeMode": "Filesystem"], "status": ["phase": "Pending"],
        ],
        .persistentVolumes: [
            "spec": ["volumeMode": "Filesystem", "persistentVolumeReclaimPolicy": "Retain"],
            "status": ["phase": "Available"],
        ],
        .deployments: [
            "spec": [
                "replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600,
            ], "status": [:],
        ],
        .replicaSets: ["spec": ["replicas": 1], "status": ["replicas": 0]],
        .daemonSets: ["spec": ["revisionHistoryLimit": 10], "status": [:]],
        .statefulSets: [
            "spec": [
                "replicas": 1, "podManagementPolicy": "OrderedReady", "revisionHistoryLimit": 10,
                "persistentVolumeClaimRetentionPolicy": [
                    "whenDeleted": "Retain", "whenScaled": "Retain",
                ],
            ], "status": ["replicas": 0],
        ],
        .jobs: [
            "spec": [
                "parallelism": 1, "completions": 1, "backoffLimit": 6, "suspend": false,
                "completionMode": "NonIndexed",
            ], "status": [:],
        ],
        .services: [
            "spec": [
                "type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster",
            ]
        ],
        .disruptionBudgets: ["status": [:]],
        .resourceQuotas: ["status": [:]],
    ]

    /// Sets what is missing.
    private static func set(_ object: inout JSONValue, defaults: JSONValue) {
        for (key, value) in defaults.object ?? [:] {
            if value.object != nil, object[key] != nil {
                var child = object[key] ?? [:]
                set(&child, defaults: value)
                object[key] = child
            } else if object[key] == nil {
                object[key] = value
            }
        }
    }

    private func defaultTolerations(_ pod: inout JSONValue) {
        var tolerations = pod.at("spec", "tolerations")?.array ?? []
        for key in [Taint.notReady, Taint.unreachable] {
            let covered = tolerations.contains {
                let wanted = $0["key"]?.string
                let effect = $0["effect"]?.string ?? ""
                return (wanted == nil || wanted == key) && (effect.isEmpty || effect == "NoExecute")
            }
            guard !covered else { continue }
            tolerations.append([
                "key": .string(key), "operator": "Exists", "effect": "NoExecute",
                "tolerationSeconds": .int(tolerationSeconds),
            ])
        }
        pod.set("spec", "tolerations", to: .array(tolerations))
    }

    private func encodeStringData(_ secret: inout JSONValue) {
        guard let texts = secret["stringData"]?.object else { return }
        for (key, value) in texts {
            secret.set("data", key, to: .string(Base64.encode(Array((value.string ?? "").utf8))))
        }
        secret["stringData"] = nil
    }

    private func validate(_ object: JSONValue, _ type: ResourceType) throws(StatusError) {
        func enumerated(_ field: String, _ value: JSONValue?, _ known: [String]) throws(StatusError)
        {
            guard let text = value?.string, !known.contains(text) else { return }
            let list = known.map { "\"\($0)\"" }.joined(separator: ", ")
            throw .invalid(
                type, object.name, field: field,
                "Unsupported value: \"\(text)\": supported values: \(list)")
        }
        switch type.key {
        case .persistentVolumes:
            try enumerated(
                "spec.persistentVolumeReclaimPolicy",
                object.at("spec", "persistentVolumeReclaimPolicy"), ["Delete", "Recycle", "Retain"])
        case .nodes:
            for (index, taint) in (object.at("spec", "taints")?.array ?? []).enumerated() {
                try enumerated(
                    "metadata.taints[\(index)].effect", taint["effect"],
                    ["NoSchedule", "PreferNoSchedule", "NoExecute"])
            }
        case .deployments, .replicaSets, .daemonSets, .statefulSets:
            let labels = object.at("spec", "template", "metadata", "labels")?.object ?? [:]
            guard LabelSelector(object.at("spec", "selector"))?.matches(labels) == true else {
                let shown = labels.map { "\"\($0.key)\":\"\($0.value.string ?? "")\"" }.sorted()
                throw .invalid(
                    type, object.name, field: "spec.template.metadata.labels",
                    """
                    Invalid value: map[string]string{\(shown.joined(separator: ", "))}: `selector` \
                    does not match template `labels`
                    """)
            }
        default: break
        }
    }

    private func refuseImmutable(
        _ new: JSONValue, _ old: JSONValue, _ type: ResourceType
    ) throws(StatusError) {
        try Immutable.check(new, old, type)
        switch type.key {
        case .deployments, .replicaSets, .daemonSets:
            guard new.at("spec", "selector") == old.at("spec", "selector") else {
                throw .invalid(
                    type, new.name, field: "spec.selector",
                    "Invalid value: \(GoText.selector(new.at("spec", "selector"))): "
                        + "field is immutable")
            }
        case .secrets, .configMaps:
            guard old["immutable"]?.bool == true, new["data"] != old["data"] else { return }
            throw .invalid(
                type, new.name, field: "data",
                "Forbidden: field is immutable when `immutable` is set")
        case .persistentVolumes:
            // The source of a volume cannot be moved.
            for field in ["hostPath", "local", "nfs", "csi"]
            where new.at("spec", field) != old.at("spec", field) {
                throw .invalid(
                    type, new.name, field: "spec.persistentvolumesource",
                    "Forbidden: spec.persistentvolumesource is immutable after creation")
            }
        default: break
        }
    }
}
