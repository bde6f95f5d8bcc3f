import JSON

/// The control plane's loops, in the order they run in one round.
enum Controllers {
    static func all(_ options: ClusterOptions) -> [any Controller] {
        [
            NodeLifecycle(grace: options.grace),
            TaintEviction(),
            PodGarbage(),
            OwnerGarbage(),
            NamespaceEnd(),
            DefinitionEnd(),
            DeploymentController(),
            ReplicaSetController(
                admission: Admission(tolerationSeconds: options.tolerationSeconds)),
            DaemonSetController(admission: Admission(tolerationSeconds: options.tolerationSeconds)),
            Scheduler(),
            Volumes(),
            DisruptionBudgets(),
            Kubelet(delay: options.kubeletDelay),
        ]
    }
}

extension World {
    /// Whether the kubelet of `node` is at work.
    func isLive(_ node: String) -> Bool {
        agents[node]?.isConnected == true && object(.nodes, nil, node) != nil
    }
}

extension JSONValue {
    /// The node a pod is bound to.
    var nodeName: String? {
        let name = at("spec", "nodeName")?.string ?? ""
        return name.isEmpty ? nil : name
    }

    var phase: String { at("status", "phase")?.string ?? "" }
    var isReady: Bool { condition("Ready")?["status"]?.string == "True" }
    /// Neither ended nor ending: what a workload counts.
    var isActivePod: Bool { !isTerminating && phase != "Succeeded" && phase != "Failed" }
}
