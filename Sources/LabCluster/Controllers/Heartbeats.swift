import JSON

/// The Leases by which live kubelets say that they are there: renewed every ten
/// seconds, as real ones do, and no oftener.
struct Heartbeats: Controller {
    static let interval = Duration.seconds(10)

    func reconcile(_ world: World, now: Moment) -> [Write] {
        world.all(.nodes).compactMap { node -> Write? in
            guard world.isLive(node.name) else { return nil }
            let key = ObjectKey(.leases, namespace: "kube-node-lease", name: node.name)
            guard world[key] == nil || now >= world.lastWrite(of: key).adding(Self.interval) else {
                return nil
            }
            let time = now.text.dropLast() + ".000000Z"
            var lease = world[key] ?? fresh(node)
            lease.set("spec", "renewTime", to: .string(String(time)))
            return .put(lease)
        }
    }

    private func fresh(_ node: JSONValue) -> JSONValue {
        [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": [
                "name": .string(node.name), "namespace": "kube-node-lease",
                "ownerReferences": [
                    [
                        "apiVersion": "v1", "kind": "Node", "name": .string(node.name),
                        "uid": .string(node.uid),
                    ]
                ],
            ],
            "spec": ["holderIdentity": .string(node.name), "leaseDurationSeconds": 40],
        ]
    }
}
