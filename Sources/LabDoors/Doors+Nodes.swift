internal import LabCluster
internal import LabHosts

/// What programs on a machine ask of the world outside.
extension Doors {
    /// Pulls an image onto a machine as its kubelet would; nil, or why not.
    public func pull(_ image: String, onto host: String, architecture: String) -> String? {
        let request = ImageRequest(
            pod: "", node: host, image: image, policy: .always, architecture: architecture)
        let tree = surroundings.paths.tree(host)
        let state = NodeRuntime(tree: tree, network: network, trust: trust).state(request)
        guard case .failed(let reason, _) = state else { return nil }
        return reason
    }

    /// The addresses of `name` as a machine finds them: its files, then DNS.
    public func addresses(of name: String, asking host: String) -> [String] {
        let resolver = NodeResolver(network: network, root: surroundings.paths.tree(host))
        return (try? resolver.addresses(name)) ?? []
    }
}
