import JSON

/// Labels, annotations and names Fleet's objects refer to each other by.
enum FleetNames {
    static let repository = "fleet.cattle.io/repo-name"
    static let commit = "fleet.cattle.io/commit"
    static let bundleName = "fleet.cattle.io/bundle-name"
    static let bundleNamespace = "fleet.cattle.io/bundle-namespace"
    static let cluster = "fleet.cattle.io/cluster"
    static let deploymentFinalizer = "fleet.cattle.io/bundle-deployment-finalizer"
    /// The lab's own: what the agent needs to read the manifests of a bundle.
    static let source = "recover-lab/source", path = "recover-lab/path"

    static let controller = Component(name: "fleet-controller")
    static let agent = Component(name: "fleet-agent")

    /// The namespace Fleet keeps what a cluster is to have in.
    static func home(of cluster: String, in namespace: String) -> String {
        let suffix = Naming.suffix("\(namespace)/\(cluster)", length: 12)
        return "cluster-\(namespace)-\(cluster)-\(suffix)"
    }

    /// Fleet's programs work while their pods do. A cluster whose description
    /// leaves Fleet's own workloads out has them all the same.
    static func works(_ component: Component, in world: World) -> Bool {
        component.workloads(in: world).isEmpty || component.isRunning(in: world)
    }

    /// `infra` and `apps/web` make the bundle `infra-apps-web`.
    static func bundle(repository: String, path: String) -> String {
        let words = path.split { !$0.isLetter && !$0.isNumber }.joined(separator: "-").lowercased()
        return words.isEmpty ? repository : "\(repository)-\(words)"
    }
}

extension JSONValue {
    var isPaused: Bool { at("spec", "paused")?.bool == true }
    func label(_ name: String) -> String? { labels[name]?.string }
}
