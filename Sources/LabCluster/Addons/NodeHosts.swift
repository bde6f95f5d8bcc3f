import JSON

/// The key `NodeHosts` of CoreDNS's ConfigMap, which k3s writes from its Nodes.
struct NodeHosts: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        guard var config = world.object(.configMaps, "kube-system", "coredns") else { return [] }
        let lines = world.all(.nodes).compactMap { node -> String? in
            let addresses = node.at("status", "addresses")?.array ?? []
            let address = addresses.first { $0["type"]?.string == "InternalIP" }
            return (address?["address"]?.string).map { "\($0) \(node.name)\n" }
        }
        config.set("data", "NodeHosts", to: .string(lines.joined()))
        return [.put(config)]
    }
}
