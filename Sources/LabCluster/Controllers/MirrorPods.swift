import Digest
import JSON

/// What the API shows of static pods: a pod for each manifest a kubelet has.
///
/// They are reflections. Deleted, they come back, and what they show runs on;
/// they go when the manifest does.
struct MirrorPods: Controller {
    static let annotation = "kubernetes.io/config.mirror"
    private static let hash = "kubernetes.io/config.hash"

    func reconcile(_ world: World, now: Moment) -> [Write] {
        let mirrors = world.all(.pods).filter { $0.annotations[Self.annotation] != nil }
        return world.agents.sorted { $0.key < $1.key }.flatMap { name, agent -> [Write] in
            guard world.isLed(name), let node = world.object(.nodes, nil, name) else { return [] }
            let wanted = agent.staticPods.compactMap { Self.mirror(of: $0, on: node, now: now) }
            let gone = mirrors.filter { pod in
                pod.nodeName == name
                    && (pod.isTerminating || !wanted.contains { Self.isSame($0, pod) })
            }
            let new = wanted.filter { pod in pod.key.map { world[$0] == nil } ?? false }
            return gone.compactMap(\.key).map(Write.remove) + new.map(Write.put)
        }
    }

    private static func isSame(_ a: JSONValue, _ b: JSONValue) -> Bool {
        a.key == b.key && a.annotations[annotation] == b.annotations[annotation]
    }

    /// The pod of a manifest, running as its container does.
    static func mirror(of manifest: JSONValue, on node: JSONValue, now: Moment) -> JSONValue? {
        guard manifest.kind == "Pod", !manifest.name.isEmpty else { return nil }
        let digest = JSONValue.string(String(SHA256.hex(manifest.utf8).prefix(32)))
        var pod = manifest
        pod["status"] = nil
        pod.set("metadata", "name", to: .string("\(manifest.name)-\(node.name)"))
        if manifest.namespace.isEmpty { pod.set("metadata", "namespace", to: "default") }
        for (key, value) in [
            (annotation, digest), (hash, digest), ("kubernetes.io/config.source", "file"),
            ("kubernetes.io/config.seen", .string(now.text)),
        ] {
            pod.set("metadata", "annotations", key, to: value)
        }
        pod.set(
            "metadata", "ownerReferences",
            to: [
                [
                    "apiVersion": "v1", "kind": "Node", "name": .string(node.name),
                    "uid": .string(node.uid), "controller": true,
                ]
            ])
        let defaults: [(String, JSONValue)] = [
            ("restartPolicy", "Always"), ("dnsPolicy", "ClusterFirst"),
            ("schedulerName", "default-scheduler"), ("terminationGracePeriodSeconds", 30),
        ]
        for (key, value) in defaults where pod.at("spec", key) == nil {
            pod.set("spec", key, to: value)
        }
        pod.set("spec", "nodeName", to: .string(node.name))
        pod.set("spec", "tolerations", to: [["effect": "NoExecute", "operator": "Exists"]])
        return PodState.running(pod, on: node, nil, now: now)
    }
}
