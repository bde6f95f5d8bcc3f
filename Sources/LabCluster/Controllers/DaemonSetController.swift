import JSON

/// Keeps one pod of a DaemonSet on every node it fits.
///
/// A real controller leaves the binding to the scheduler; here the pod is bound
/// when it is made.
struct DaemonSetController: Controller {
    let admission: Admission

    /// What every DaemonSet pod tolerates, so that it outlives its node's troubles.
    private static let tolerations: [JSONValue] = [
        ("not-ready", "NoExecute"), ("unreachable", "NoExecute"), ("disk-pressure", "NoSchedule"),
        ("memory-pressure", "NoSchedule"), ("pid-pressure", "NoSchedule"),
        ("unschedulable", "NoSchedule"),
    ].map { key, effect in
        [
            "key": .string("node.kubernetes.io/\(key)"), "operator": "Exists",
            "effect": .string(effect),
        ]
    }

    func reconcile(_ world: World, now: Moment) -> [Write] {
        world.all(.daemonSets).filter { !$0.isTerminating }.flatMap { reconcile($0, world, now) }
    }

    private func reconcile(_ set: JSONValue, _ world: World, _ now: Moment) -> [Write] {
        var spec = set.at("spec", "template", "spec") ?? [:]
        spec["tolerations"] = .array((spec["tolerations"]?.array ?? []) + Self.tolerations)
        let revision = Naming.templateHash(set.at("spec", "template") ?? [:])
        let pods = world.all(.pods).filter { $0.controllerUID == set.uid }
        let nodes = world.all(.nodes)
        var writes: [Write] = []
        for node in nodes {
            let here = pods.filter { $0.nodeName == node.name }
            // A NoSchedule taint keeps new pods away, only NoExecute ends one that runs.
            if here.isEmpty, fits(spec, node, without: ["NoSchedule", "NoExecute"]) {
                let seed = "\(set.uid)\(node.uid)\(world.revision)"
                let made = pod(
                    of: set, spec: spec, on: node, revision: revision, seed: seed, now: now)
                if let made { writes.append(.put(made)) }
            } else if !fits(spec, node, without: ["NoExecute"]) {
                writes += here.flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
            }
        }
        // A changed template is rolled out one pod at a time.
        let stale = pods.first { $0.label(Self.revisionLabel) != revision && !$0.isTerminating }
        if let stale, !pods.contains(where: { !$0.isReady }) {
            writes += Deletion.writes(of: stale, grace: nil, now: now)
        }
        let wanted = nodes.count { fits(spec, $0, without: ["NoSchedule", "NoExecute"]) }
        return writes + [.put(status(of: set, pods, wanted: wanted, revision: revision))]
    }

    private static let revisionLabel = "controller-revision-hash"

    private func fits(_ spec: JSONValue, _ node: JSONValue, without effects: Set<String>) -> Bool {
        Fit.matchesNode(spec, node)
            && Taint.untolerated(by: spec, on: node, effects: effects) == nil
    }

    private func pod(
        of set: JSONValue, spec: JSONValue, on node: JSONValue, revision: String, seed: String,
        now: Moment
    ) -> JSONValue? {
        var owner = set
        owner.set("spec", "template", "spec", to: spec)
        owner.set("spec", "template", "spec", "nodeName", to: .string(node.name))
        owner.set(
            "spec", "template", "metadata", "labels", Self.revisionLabel, to: .string(revision))
        let name = "\(set.name)-\(Naming.suffix(seed, length: 5))"
        return PodTemplate.pod(of: owner, name: name, admission, now: now)
    }

    private func status(
        of set: JSONValue, _ pods: [JSONValue], wanted: Int, revision: String
    ) -> JSONValue {
        var new = set
        let ready = pods.count(where: \.isReady)
        let updated = pods.count { $0.label(Self.revisionLabel) == revision }
        for (field, value) in [
            ("desiredNumberScheduled", wanted), ("currentNumberScheduled", pods.count),
            ("numberReady", ready), ("numberAvailable", ready), ("numberMisscheduled", 0),
            ("updatedNumberScheduled", updated),
        ] { new.set("status", field, to: .int(value)) }
        new.set("status", "observedGeneration", to: set.at("metadata", "generation"))
        return new
    }
}
