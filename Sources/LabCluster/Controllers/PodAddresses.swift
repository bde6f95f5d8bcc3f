import JSON

/// The addresses pods have, and the next free one of a node's range.
struct PodAddresses {
    private var taken: Set<String>

    init(_ pods: [JSONValue]) {
        taken = Set(pods.compactMap { $0.at("status", "podIP")?.string })
    }

    /// The address `pod` keeps or gets on `node`; nil if the node has no range.
    mutating func next(for pod: JSONValue, on node: JSONValue) -> String? {
        if let known = pod.at("status", "podIP")?.string { return known }
        guard let range = node.at("spec", "podCIDR")?.string,
            let last = range.lastIndex(of: ".")
        else { return nil }
        let prefix = range[..<last]
        guard
            let free = (2...254).lazy.map({ "\(prefix).\($0)" }).first(where: {
                !taken.contains($0)
            })
        else { return nil }
        taken.insert(free)
        return free
    }
}
