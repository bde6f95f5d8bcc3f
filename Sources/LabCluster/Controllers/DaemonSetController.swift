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
        let sets = world.all(.daemonSets).filter { !$0.isTerminating }
        guard !sets.isEmpty else { return [] }
        var maker = PodMaker(world, admission, now: now)
        let pods = world.podsByOwner
        let nodes = world.all(.nodes)
        return sets.flatMap { reconcile($0, pods[$0.uid] ?? [], nodes, world, &maker, now) }
    }

    private func reconcile(
        _ set: JSONValue, _ pods: [JSONValue], _ nodes: [JSONValue], _ world: World,
        _ maker: inout PodMaker, _ now: Moment
    ) -> [Write] {
        var spec = set.at("spec", "template", "spec") ?? [:]
        spec["tolerations"] = .array((spec["tolerations"]?.array ?? []) + Self.tolerations)
        let revision = Revision(set, in: world)
        let byNode = Dictionary(grouping: pods) { $0.nodeName ?? "" }
        var writes = revision.writes
        var wanted: Set<String> = []
        for node in nodes {
            let here = byNode[node.name] ?? []
            let belongs = fits(spec, node, without: ["NoSchedule", "NoExecute"])
            if belongs { wanted.insert(node.name) }
            // A NoSchedule taint keeps new pods away, only NoExecute ends one that runs.
            if here.isEmpty, belongs {
                let made = pod(of: set, spec: spec, on: node, revision, world)
                writes.append(
                    maker.write(made, for: set, "daemonset-controller", in: world).write)
            } else if !fits(spec, node, without: ["NoExecute"]) {
                writes += here.flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
            }
            // One that ended is replaced.
            writes += here.filter { !$0.isUnfinished }
                .flatMap { Deletion.writes(of: $0, grace: 0, now: now) }
        }
        if set.at("spec", "updateStrategy", "type")?.string != "OnDelete" {
            writes += stale(set, byNode, wanted, revision)
                .flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
        }
        return writes + [.put(status(of: set, pods, wanted: wanted, revision: revision.hash))]
    }

    /// Pods of a former template that go now: those that do not run anyway, and
    /// as many others as may be missing at a time.
    private func stale(
        _ set: JSONValue, _ pods: [String: [JSONValue]], _ wanted: Set<String>, _ revision: Revision
    ) -> [JSONValue] {
        let limit = RollingUpdate.count(
            set.at("spec", "updateStrategy", "rollingUpdate", "maxUnavailable") ?? 1,
            of: wanted.count, roundsUp: true)
        var missing = 0
        var broken: [JSONValue] = []
        var candidates: [JSONValue] = []
        for node in wanted.sorted() {
            let here = pods[node] ?? []
            guard let pod = here.first, here.count == 1, !pod.isTerminating else {
                missing += 1
                continue
            }
            if pod.labels[Revision.label]?.string == revision.hash {
                if !pod.isReady { missing += 1 }
            } else if pod.isReady {
                candidates.append(pod)
            } else {
                broken.append(pod)
            }
        }
        return broken + candidates.prefix(max(0, limit - missing))
    }

    private func fits(_ spec: JSONValue, _ node: JSONValue, without effects: Set<String>) -> Bool {
        Fit.matchesNode(spec, node)
            && Taint.untolerated(by: spec, on: node, effects: effects) == nil
    }

    private func pod(
        of set: JSONValue, spec: JSONValue, on node: JSONValue, _ revision: Revision, _ world: World
    ) -> JSONValue {
        let suffix = Naming.suffix("\(set.uid)\(node.uid)\(world.revision)", length: 5)
        var pod = PodMaker.draft(of: set, name: "\(set.name)-\(suffix)")
        pod["spec"] = spec
        pod.set("spec", "nodeName", to: .string(node.name))
        pod.set("metadata", "labels", Revision.label, to: .string(revision.hash))
        return pod
    }

    private func status(
        of set: JSONValue, _ pods: [JSONValue], wanted: Set<String>, revision: String
    ) -> JSONValue {
        var new = set
        let placed = pods.filter { wanted.contains($0.nodeName ?? "") }
        let ready = placed.count(where: \.isReady)
        let updated = placed.count { $0.labels[Revision.label]?.string == revision }
        for (field, value) in [
            ("desiredNumberScheduled", wanted.count),
            ("currentNumberScheduled", Set(placed.compactMap(\.nodeName)).count),
            ("numberReady", ready), ("numberMisscheduled", pods.count - placed.count),
        ] { new.set("status", field, to: .int(value)) }
        for (field, value) in [
            ("numberAvailable", ready), ("numberUnavailable", max(0, wanted.count - ready)),
            ("updatedNumberScheduled", updated),
        ] { new.set("status", field, to: value == 0 ? nil : .int(value)) }
        new.set("status", "observedGeneration", to: set.at("metadata", "generation"))
        return new
    }
}
