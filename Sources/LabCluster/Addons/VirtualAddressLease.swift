import JSON

/// The Lease by which the pods of kube-vip agree on who answers for the addresses of
/// Services: `plndr-svcs-lock`. Whoever has it keeps it while its pod is Ready on a machine
/// that is heard; what ends then is only the renewal, and another takes over when the Lease
/// has run out.
struct VirtualAddressLease: Controller {
    static let key = ObjectKey(.leases, namespace: "kube-system", name: "plndr-svcs-lock")
    private static let seconds = 15

    func reconcile(_ world: World, now: Moment) -> [Write] {
        let candidates = world.all(.pods).filter { pod in
            pod.isReady && !pod.isTerminating && pod.nodeName.map(world.isLive) == true
                && (pod.at("spec", "containers")?.array ?? []).contains {
                    $0["image"]?.string?.contains("kube-vip") == true
                }
        }.compactMap(\.nodeName)
        let lease = world[Self.key]
        let holder = lease?.at("spec", "holderIdentity")?.string
        let written = world.lastWrite(of: Self.key)
        let time = JSONValue.string(now.text.dropLast() + ".000000Z")
        if var lease, let holder, candidates.contains(holder) {
            guard now >= written.adding(Heartbeats.interval) else { return [] }
            lease.set("spec", "renewTime", to: time)
            return [.put(lease)]
        }
        guard let next = candidates.min(),
            lease == nil || now > written.adding(.seconds(Self.seconds))
        else { return [] }
        var new: JSONValue =
            lease ?? [
                "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                "metadata": [
                    "name": .string(Self.key.name), "namespace": .string(Self.key.namespace),
                ],
            ]
        let transitions = lease?.at("spec", "leaseTransitions")?.int
        new["spec"] = [
            "holderIdentity": .string(next), "leaseDurationSeconds": .int(Self.seconds),
            "acquireTime": time, "renewTime": time,
            "leaseTransitions": .int(transitions.map { $0 + 1 } ?? 0),
        ]
        return [.put(new)]
    }
}
