import JSON

/// Gives each Node the first free range of pod addresses.
struct NodeRanges: Controller {
    let range: String

    func reconcile(_ world: World, now: Moment) -> [Write] {
        guard let all = AddressRange(range) else { return [] }
        let nodes = world.all(.nodes)
        var taken = Set(nodes.compactMap { $0.at("spec", "podCIDR")?.string })
        return nodes.filter { $0.at("spec", "podCIDR") == nil }.compactMap { node -> Write? in
            let free = stride(from: 0, to: all.size, by: 256).lazy.map { "\(all.address($0))/24" }
                .first { !taken.contains($0) }
            guard let free else { return nil }
            taken.insert(free)
            var node = node
            node.set("spec", "podCIDR", to: .string(free))
            node.set("spec", "podCIDRs", to: [.string(free)])
            return .put(node)
        }
    }
}
