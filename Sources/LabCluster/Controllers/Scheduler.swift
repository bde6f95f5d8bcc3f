import JSON

/// Binds pods to nodes: among those that fit, the one with the fewest pods,
/// then the first by name. A pod that fits nowhere says why, in its condition
/// and in a FailedScheduling event.
struct Scheduler: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        var load: [String: Int] = [:]
        let pods = world.all(.pods)
        for pod in pods { load[pod.nodeName ?? "", default: 0] += 1 }
        // Claims that get their node in this very round.
        var pinned: [String: String] = [:]
        return pods.filter { $0.nodeName == nil && $0.isActivePod }.flatMap { pod -> [Write] in
            let claims = Fit.claimNames(of: pod).map { "\(pod.namespace)/\($0)" }
            switch place(pod, world, load: load, pinned: claims.compactMap { pinned[$0] }) {
            case .success(let node):
                load[node, default: 0] += 1
                for claim in claims { pinned[claim] = node }
                var bound = pod
                bound.set("spec", "nodeName", to: .string(node))
                bound.setCondition("PodScheduled", "True", now: now)
                return [.put(bound)]
            case .failure(let objection):
                var waiting = pod
                waiting.setCondition(
                    "PodScheduled", "False", reason: "Unschedulable", message: objection.message,
                    now: now)
                return [
                    .put(waiting),
                    EventRecord.write(
                        "FailedScheduling", objection.message, about: pod,
                        from: "default-scheduler", in: world, now: now),
                ]
            }
        }
    }

    private struct Objection: Error {
        let message: String
    }

    private func place(
        _ pod: JSONValue, _ world: World, load: [String: Int], pinned: [String]
    ) -> Result<String, Objection> {
        for name in Fit.claimNames(of: pod)
        where world.object(.persistentVolumeClaims, pod.namespace, name) == nil {
            return .failure(Objection(message: "persistentvolumeclaim \"\(name)\" not found"))
        }
        let nodes = world.all(.nodes)
        guard !nodes.isEmpty else {
            return .failure(Objection(message: "no nodes available to schedule pods"))
        }
        var reasons: [String: Int] = [:]
        var fitting: [String] = []
        for node in nodes {
            let conflict =
                pinned.allSatisfy { $0 == node.name }
                ? nil : "node(s) had volume node affinity conflict"
            if let reason = Fit.objection(to: pod, on: node, in: world) ?? conflict {
                reasons[reason, default: 0] += 1
            } else {
                fitting.append(node.name)
            }
        }
        if let best = fitting.min(by: { (load[$0] ?? 0, $0) < (load[$1] ?? 0, $1) }) {
            return .success(best)
        }
        let counted = reasons.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", ")
        return .failure(
            Objection(
                message: """
                    0/\(nodes.count) nodes are available: \(counted). preemption: 0/\(nodes.count) \
                    nodes are available: \(nodes.count) Preemption is not helpful for scheduling.
                    """))
    }
}
