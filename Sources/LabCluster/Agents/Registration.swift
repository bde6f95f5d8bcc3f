import JSON

/// What a connecting agent makes of its Node.
enum Registration {
    /// The Node after `report`: the registered one with fresh facts, or a new
    /// one.
    ///
    /// Labels and taints of the report count only for a new Node, and a label
    /// in `kubernetes.io` that a kubelet may not give itself is dropped, as by
    /// NodeRestriction.
    static func node(_ report: AgentReport, existing: JSONValue?) -> JSONValue {
        var node = existing ?? fresh(report)
        for (key, value) in facts(report) {
            node.set("metadata", "labels", key, to: .string(value))
        }
        for (key, value) in report.roles {
            node.set("metadata", "labels", key, to: .string(value))
        }
        for (key, value) in report.annotations {
            node.set("metadata", "annotations", key, to: .string(value))
        }
        EtcdMemberDuty.register(&node)
        var addresses: [JSONValue] = [
            ["type": "InternalIP", "address": .string(report.internalIP)]
        ]
        if !report.externalIP.isEmpty {
            addresses.append(["type": "ExternalIP", "address": .string(report.externalIP)])
        }
        addresses.append(["type": "Hostname", "address": .string(report.nodeName)])
        node.set("status", "addresses", to: .array(addresses))
        node.set(
            "status", "nodeInfo",
            to: [
                "architecture": .string(report.architecture), "bootID": .string(report.bootID),
                "kernelVersion": .string(report.kernel), "kubeletVersion": .string(report.version),
                "kubeProxyVersion": .string(report.version), "machineID": .string(report.machineID),
                "operatingSystem": "linux", "osImage": .string(report.operatingSystem),
                "containerRuntimeVersion": "containerd://simulated",
                "systemUUID": .string(report.machineID),
            ])
        return node
    }

    private static func fresh(_ report: AgentReport) -> JSONValue {
        let resources: JSONValue = [
            "cpu": "4", "memory": "24Gi", "pods": "110", "ephemeral-storage": "100Gi",
        ]
        var node: JSONValue = [
            "apiVersion": "v1", "kind": "Node",
            "metadata": ["name": .string(report.nodeName), "labels": [:]], "spec": [:],
            "status": ["capacity": resources, "allocatable": resources],
        ]
        for (key, value) in report.labels where isAllowed(key) {
            node.set("metadata", "labels", key, to: .string(value))
        }
        if !report.taints.isEmpty { node.set("spec", "taints", to: .array(report.taints)) }
        return node
    }

    /// The labels a kubelet keeps up by itself.
    private static func facts(_ report: AgentReport) -> [String: String] {
        [
            "beta.kubernetes.io/arch": report.architecture, "beta.kubernetes.io/os": "linux",
            "kubernetes.io/arch": report.architecture, "kubernetes.io/os": "linux",
            "kubernetes.io/hostname": report.nodeName,
        ]
    }

    private static func isAllowed(_ label: String) -> Bool {
        let prefix = label.split(separator: "/").first ?? ""
        guard prefix.hasSuffix("kubernetes.io") || prefix.hasSuffix("k8s.io") else { return true }
        return label.hasPrefix("topology.kubernetes.io/") || label.hasPrefix("node.kubernetes.io/")
            || prefix.hasSuffix("kubelet.kubernetes.io")
    }
}
