import JSON

/// Addresses for Services of type LoadBalancer: by ServiceLB of k3s, by
/// kube-vip, or by Cilium, whichever is there.
///
/// ServiceLB runs a pod on each node it may use, and the Service's status lists
/// the addresses of those nodes. It is written when such a pod comes or goes,
/// not when a node's address changes: the old one stays until then.
struct LoadBalancers: Controller {
    static let allowed = "svccontroller.k3s.cattle.io/enablelb"
    static let service = "svccontroller.k3s.cattle.io/svcname"
    static let namespace = "svccontroller.k3s.cattle.io/svcnamespace"
    /// Whether this is k3s with ServiceLB.
    let hasServiceLB: Bool

    func reconcile(_ world: World, now: Moment) -> [Write] {
        let services = world.all(.services).filter {
            $0.at("spec", "type")?.string == "LoadBalancer" && !$0.isTerminating
        }
        let left = world.all(.daemonSets).filter { set in
            set.labels[Self.service] != nil
                && !services.contains { Self.name($0) == set.name }
        }
        return services.flatMap { balanced($0, world) }
            + left.flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
    }

    private func balanced(_ service: JSONValue, _ world: World) -> [Write] {
        if let announced = announced(service, world) { return [status(service, announced)] }
        guard hasServiceLB, service.at("spec", "loadBalancerClass") == nil else { return [] }
        let pods = world.all(.pods).filter {
            $0.labels[Self.service]?.string == service.name && $0.isReady && !$0.isTerminating
        }
        let nodes = Set(pods.compactMap(\.nodeName)).sorted()
        let set = Write.put(daemonSet(service, world))
        let known = service.at("status", "loadBalancer", "ingress")?.array ?? []
        guard known.count != nodes.count else { return [set] }
        return [set, status(service, nodes.compactMap { address(ofNode: $0, world) })]
    }

    /// The address kube-vip or Cilium announces; nil without either.
    private func announced(_ service: JSONValue, _ world: World) -> [String]? {
        let images = world.all(.pods).filter(\.isReady).flatMap { pod in
            (pod.at("spec", "containers")?.array ?? []).compactMap { $0["image"]?.string }
        }
        let wishes: [JSONValue?]
        if images.contains(where: { $0.contains("kube-vip") }) {
            wishes = [
                service.annotations["kube-vip.io/loadbalancerIPs"],
                service.at("spec", "loadBalancerIP"),
            ]
        } else if images.contains(where: { $0.contains("cilium") }) {
            wishes = [
                service.annotations["lbipam.cilium.io/ips"],
                service.annotations["io.cilium/lb-ipam-ips"],
            ]
        } else {
            return nil
        }
        let wish = wishes.compactMap { $0?.string }.first ?? ""
        return wish.isEmpty ? nil : wish.split(separator: ",").map(String.init)
    }

    private func status(_ service: JSONValue, _ addresses: [String]) -> Write {
        var service = service
        let entries = addresses.map { address -> JSONValue in
            ["ip": .string(address), "ipMode": "VIP"]
        }
        service.set(
            "status", "loadBalancer",
            to: entries.isEmpty ? [:] : ["ingress": .array(entries)])
        return .put(service)
    }

    private func address(ofNode name: String, _ world: World) -> String? {
        let all = world.object(.nodes, nil, name)?.at("status", "addresses")?.array ?? []
        func first(_ type: String) -> String? {
            all.first { $0["type"]?.string == type }?["address"]?.string
        }
        return first("ExternalIP") ?? first("InternalIP")
    }

    private static func name(_ service: JSONValue) -> String {
        "svclb-\(service.name)-\(service.uid.prefix(8))"
    }

    private func daemonSet(_ service: JSONValue, _ world: World) -> JSONValue {
        let name = Self.name(service)
        let labels: JSONValue = [
            "app": .string(name), Self.service: .string(service.name),
            Self.namespace: .string(service.namespace),
        ]
        let isRestricted = world.all(.nodes).contains { $0.labels[Self.allowed] == "true" }
        var spec: JSONValue = [
            "tolerations": [
                ["key": "CriticalAddonsOnly", "operator": "Exists"],
                [
                    "key": "node-role.kubernetes.io/control-plane", "operator": "Exists",
                    "effect": "NoSchedule",
                ],
            ],
            "containers": .array(
                (service.at("spec", "ports")?.array ?? []).map { port in
                    let number = port["port"] ?? 0
                    return [
                        "name": .string("lb-tcp-\(number.text)"),
                        "image": "rancher/klipper-lb:v0.4.13",
                        "ports": [
                            [
                                "name": .string("lb-tcp-\(number.text)"), "containerPort": number,
                                "hostPort": number, "protocol": "TCP",
                            ]
                        ],
                    ]
                }),
        ]
        if isRestricted { spec["nodeSelector"] = .object([Self.allowed: "true"]) }
        let wanted: JSONValue = [
            "apiVersion": "apps/v1", "kind": "DaemonSet",
            "metadata": [
                "name": .string(name), "namespace": "kube-system", "labels": labels,
            ],
            "spec": [
                "selector": ["matchLabels": ["app": .string(name)]],
                "template": ["metadata": ["labels": labels], "spec": spec],
            ],
        ]
        guard case .put(let set) = Applied.write(wanted, in: world) else { return wanted }
        return set
    }
}
