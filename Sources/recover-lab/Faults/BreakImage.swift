import JSON
import LabCluster

/// A workload gets an image nobody has: its new pods never start, its old ones
/// are gone.
struct BreakImage: Fault {
    static let usage = "break-image CLUSTER NAMESPACE KIND NAME"
    static let meaning =
        "the pods of a deployment, statefulset or daemonset cannot be pulled any more"

    let words: [String]
    private let resource: ResourceKey

    init(_ words: [String], in description: LabDescription) throws(InputError) {
        _ = try description.simulatedCluster(words[0])
        let kinds: [String: ResourceKey] = [
            "deployment": .deployments, "statefulset": .statefulSets, "daemonset": .daemonSets,
        ]
        guard let resource = kinds[words[2]] else {
            throw InputError(
                "\(words[2]) is no deployment, statefulset or daemonset: \(Self.usage)")
        }
        self.resource = resource
        self.words = words
    }

    func happen(in world: World) throws {
        let cluster = try world.clusters.cluster(words[0])
        guard var workload = cluster.object(resource, namespace: words[1], name: words[3]) else {
            throw InputError("\(words[0]) has no \(words[2]) \(words[1])/\(words[3])")
        }
        var spec = workload["spec"] ?? [:]
        var template = spec["template"] ?? [:]
        var podSpec = template["spec"] ?? [:]
        podSpec["containers"] = .array(
            (podSpec["containers"]?.array ?? []).map { container in
                var container = container
                container["image"] = "registry.invalid/lost:gone"
                return container
            })
        template["spec"] = podSpec
        spec["template"] = template
        workload["spec"] = spec
        try cluster.put(workload)
        for pod in pods(cluster) {
            try cluster.remove(
                .pods, namespace: words[1], name: pod.at("metadata", "name")?.string ?? "")
        }
    }

    func unseen(in world: World) -> [String] {
        guard let cluster = try? world.clusters.cluster(words[0]) else { return [] }
        let ready = pods(cluster).filter { World.condition("Ready", of: $0) == "True" }
        return ready.isEmpty ? [] : ["\(ready.count) pods of \(words[3]) are still ready"]
    }

    /// Pods whose labels match the workload's selector.
    private func pods(_ cluster: Cluster) -> [JSONValue] {
        let workload = cluster.object(resource, namespace: words[1], name: words[3])
        let wanted = workload?.at("spec", "selector", "matchLabels")?.object ?? [:]
        return cluster.objects(.pods).filter { pod in
            pod.at("metadata", "namespace")?.string == words[1]
                && wanted.allSatisfy { pod.at("metadata", "labels", $0.key) == $0.value }
        }
    }
}
