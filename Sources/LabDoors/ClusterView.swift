internal import JSON
internal import LabCluster

/// What the doors look at of one cluster, at one revision.
struct ClusterView: Sendable {
    /// The resources it takes along.
    static let resources: [ResourceKey] = [
        .services, .pods, .nodes, .ingresses, .ingressRoutes, .middlewares, .secrets, .configMaps,
        .persistentVolumes, .persistentVolumeClaims, .tlsStores,
    ]

    /// Name of the cluster.
    let cluster: String
    private let objects: [ResourceKey: [JSONValue]]
    /// Machines without power: the API does not know yet, connections do.
    var silentNodes: Set<String> = []
    /// Addresses Nodes tell of that no machine has any more.
    var lostAddresses: Set<String> = []

    init(cluster: String, _ objects: [ResourceKey: [JSONValue]]) {
        self.cluster = cluster
        self.objects = objects
    }

    init(_ cluster: Cluster) {
        let pairs = Self.resources.map { ($0, cluster.objects($0)) }
        self.init(
            cluster: cluster.options.name, Dictionary(pairs, uniquingKeysWith: { $1 }))
    }

    func all(_ resource: ResourceKey) -> [JSONValue] { objects[resource] ?? [] }

    func object(_ resource: ResourceKey, _ namespace: String, _ name: String) -> JSONValue? {
        all(resource).first { $0.name == name && $0.namespace == namespace }
    }

    /// The pods a Service leads to: those its selector means that are Ready.
    func readyPods(of service: JSONValue) -> [JSONValue] {
        guard let selector = service.at("spec", "selector")?.object, !selector.isEmpty else {
            return []
        }
        return all(.pods).filter { pod in
            pod.namespace == service.namespace && pod.isReadyPod
                && selector.allSatisfy { pod.at("metadata", "labels", $0.key) == $0.value }
        }
    }

    /// Whether the machine a pod runs on has power.
    func answers(_ pod: JSONValue) -> Bool { !silentNodes.contains(pod.nodeName) }

    /// The addresses of a Node, inside and outside.
    func addresses(ofNode name: String) -> [String] {
        let node = all(.nodes).first { $0.name == name }
        return (node?.at("status", "addresses")?.array ?? [])
            .filter { $0["type"]?.string?.hasSuffix("IP") == true }
            .compactMap { $0["address"]?.string }.filter { !lostAddresses.contains($0) }
    }
}

extension JSONValue {
    var name: String { at("metadata", "name")?.string ?? "" }
    var namespace: String { at("metadata", "namespace")?.string ?? "" }
    var nodeName: String { at("spec", "nodeName")?.string ?? "" }

    func label(_ name: String) -> String? { at("metadata", "labels", name)?.string }
    func annotation(_ name: String) -> String? { at("metadata", "annotations", name)?.string }

    var isReadyPod: Bool {
        at("metadata", "deletionTimestamp") == nil
            && (at("status", "conditions")?.array ?? []).contains {
                $0["type"]?.string == "Ready" && $0["status"]?.string == "True"
            }
    }

    /// The images of a pod's containers.
    var images: [String] {
        (at("spec", "containers")?.array ?? []).compactMap { $0["image"]?.string }
    }
}
