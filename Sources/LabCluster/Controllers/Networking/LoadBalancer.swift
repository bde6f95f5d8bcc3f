import JSON

/// The load balancer of k3s: a DaemonSet `svclb-…` for each Service of type
/// LoadBalancer, whose nodes are the Service's addresses.
struct LoadBalancer: Controller {
    private static let prefix = "svccontroller.k3s.cattle.io/"
    private static let enable = "svccontroller.k3s.cattle.io/enablelb"

    let admission: Admission

    func reconcile(_ world: World, now: Moment) -> [Write] {
        let services = world.all(.services).filter {
            $0.at("spec", "type") == "LoadBalancer" && !$0.isTerminating
                && $0.at("spec", "loadBalancerClass") == nil
        }
        let names = Set(services.map(Self.name))
        let orphans = world.all(.daemonSets).filter {
            $0.labels[Self.prefix + "svcname"] != nil && !names.contains($0.name)
        }
        guard !services.isEmpty else { return orphans.compactMap(\.key).map(Write.remove) }
        let nodes = world.all(.nodes)
        let pods = world.podsByOwner
        return orphans.compactMap(\.key).map(Write.remove)
            + services.flatMap { service -> [Write] in
                guard let set = world.object(.daemonSets, "kube-system", Self.name(service)) else {
                    return made(for: service, nodes, now).map { [.put($0)] } ?? []
                }
                let places = Set(
                    (pods[set.uid] ?? []).filter { $0.isReady && !$0.isTerminating }
                        .compactMap(\.nodeName))
                return [.put(told(service, nodes.filter { places.contains($0.name) }, all: nodes))]
                    + selected(set, nodes)
            }
    }

    static func name(_ service: JSONValue) -> String {
        "svclb-\(service.name)-\(service.uid.prefix(8))"
    }

    /// The status follows the pods that come and go, not the addresses of their
    /// nodes: one that no node has any more stays until its pod is replaced.
    private func told(
        _ service: JSONValue, _ nodes: [JSONValue], all: [JSONValue]
    ) -> JSONValue {
        let addresses = nodes.compactMap { node -> JSONValue? in
            let known = node.at("status", "addresses")?.array ?? []
            let best =
                known.first { $0["type"] == "ExternalIP" }
                ?? known.first { $0["type"] == "InternalIP" }
            return best?["address"].map { ["ip": $0, "ipMode": "VIP"] }
        }
        let known = service.at("status", "loadBalancer", "ingress")?.array ?? []
        let isStale =
            known.count == addresses.count
            && known.allSatisfy { entry in
                addresses.contains(entry)
                    || !all.contains { node in
                        (node.at("status", "addresses")?.array ?? []).contains {
                            $0["address"] == entry["ip"]
                        }
                    }
            }
        guard !isStale else { return service }
        var service = service
        service.set(
            "status", "loadBalancer",
            to: addresses.isEmpty ? [:] : ["ingress": .array(addresses)])
        return service
    }

    /// Once a node carries the label, only those with it count.
    private func selector(_ nodes: [JSONValue]) -> JSONValue? {
        nodes.contains { $0.labels[Self.enable] == "true" } ? [Self.enable: "true"] : nil
    }

    private func selected(_ set: JSONValue, _ nodes: [JSONValue]) -> [Write] {
        var changed = set
        changed.set("spec", "template", "spec", "nodeSelector", to: selector(nodes))
        guard changed != set else { return [] }
        changed.set(
            "metadata", "generation", to: .int((set.at("metadata", "generation")?.int ?? 1) + 1))
        return [.put(changed)]
    }

    private func made(for service: JSONValue, _ nodes: [JSONValue], _ now: Moment) -> JSONValue? {
        let name = Self.name(service)
        let labels: JSONValue = [
            "app": .string(name), Self.prefix + "svcname": .string(service.name),
            Self.prefix + "svcnamespace": .string(service.namespace),
        ]
        let containers = (service.at("spec", "ports")?.array ?? []).map { port -> JSONValue in
            let number = port["port"] ?? 0
            let kind = port["protocol"] ?? "TCP"
            return [
                "name": .string("lb-\(kind.string ?? "")-\(number.int ?? 0)".lowercased()),
                "image": "rancher/klipper-lb:v0.4.13",
                "ports": [["containerPort": number, "hostPort": number, "protocol": kind]],
            ]
        }
        var spec: JSONValue = [
            "automountServiceAccountToken": false, "containers": .array(containers),
            "tolerations": [
                ["key": "CriticalAddonsOnly", "operator": "Exists"],
                [
                    "key": "node-role.kubernetes.io/control-plane", "operator": "Exists",
                    "effect": "NoSchedule",
                ],
            ],
        ]
        spec["nodeSelector"] = selector(nodes)
        let set: JSONValue = [
            "apiVersion": "apps/v1", "kind": "DaemonSet",
            "metadata": [
                "name": .string(name), "namespace": "kube-system", "labels": labels,
            ],
            "spec": [
                "selector": ["matchLabels": ["app": .string(name)]],
                "template": ["metadata": ["labels": labels], "spec": spec],
                "updateStrategy": ["type": "RollingUpdate"],
            ],
        ]
        guard let type = ResourceType.of(.daemonSets) else { return nil }
        return try? admission.created(set, type, now: now)
    }
}
