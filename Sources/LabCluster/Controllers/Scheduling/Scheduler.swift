import JSON

/// Binds pods to nodes: among those that fit the one that is preferred, then
/// the one with the fewest of the same workload, the fewest pods, the first by
/// name. A pod that fits nowhere says why, in its condition and in a
/// FailedScheduling event. Pods of more priority come first, and may end those
/// of less to get room.
struct Scheduler: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        let pods = world.all(.pods)
        let waiting = pods.filter { pod in
            pod.nodeName == nil && pod.isActivePod
                && ["default-scheduler", ""].contains(pod.at("spec", "schedulerName")?.string ?? "")
        }
        guard !waiting.isEmpty else { return [] }
        var round = SchedulingRound(world, pods)
        var known = pods
        let queue = waiting.enumerated().map {
            (priority: PodPriority.value(of: $1, in: world), place: $0, pod: $1)
        }.sorted { ($1.priority, $0.place) < ($0.priority, $1.place) }.map(\.pod)
        return queue.flatMap { pod -> [Write] in
            switch place(pod, round, world) {
            case .success(let node):
                round.bind(pod, to: node)
                var bound = pod
                bound.set("spec", "nodeName", to: .string(node))
                bound.setCondition("PodScheduled", "True", now: now)
                bound.set("status", "nominatedNodeName", to: nil)
                known = known.map { $0.uid == pod.uid ? bound : $0 }
                return [.put(bound)] + selected(node, for: pod, world)
            case .failure(let refusal):
                var waiting = pod
                waiting.setCondition(
                    "PodScheduled", "False", reason: "Unschedulable", message: refusal.message,
                    now: now)
                let preemption = Preemption(world: world, pods: known)
                var ends: [Write] = []
                if !preemption.isUnderWay(for: pod),
                    let plan = preemption.plan(for: pod, on: refusal.helped)
                {
                    waiting.set("status", "nominatedNodeName", to: .string(plan.node))
                    ends = plan.victims.flatMap { end($0, for: pod, world, now) }
                    let gone = Set(plan.victims.map(\.uid))
                    known = known.map { gone.contains($0.uid) ? Self.leaving($0, now) : $0 }
                }
                return [
                    .put(waiting),
                    EventRecord.write(
                        "FailedScheduling", refusal.message, about: pod, from: "default-scheduler",
                        in: world, now: now),
                ] + ends
            }
        }
    }

    private struct Refusal: Error {
        let message: String
        /// Nodes where ending other pods could help.
        var helped: [JSONValue] = []
    }

    private static func leaving(_ pod: JSONValue, _ now: Moment) -> JSONValue {
        var pod = pod
        pod.set("metadata", "deletionTimestamp", to: .string(now.text))
        return pod
    }

    /// A pod has to make room for another.
    private func end(
        _ victim: JSONValue, for pod: JSONValue, _ world: World, _ now: Moment
    ) -> [Write] {
        guard !victim.isTerminating else { return [] }
        var told = victim
        told.setCondition(
            "DisruptionTarget", "True", reason: "PreemptionByScheduler",
            message: "default-scheduler: preempting to accommodate a higher priority pod", now: now)
        return Deletion.writes(of: told, grace: nil, now: now) + [
            EventRecord.write(
                "Preempted", "Preempted by pod \(pod.uid) on node \(victim.nodeName ?? "")",
                about: victim, from: "default-scheduler", type: "Normal", in: world, now: now)
        ]
    }

    /// Tells the provisioner on which node a volume is wanted.
    private func selected(_ node: String, for pod: JSONValue, _ world: World) -> [Write] {
        Fit.claims(of: pod, in: world).filter { claim in
            claim.at("spec", "volumeName") == nil && ClaimClass(claim, in: world).isProvisioned
                && claim.annotations[Volumes.selectedNode] == nil
        }.map { claim in
            var claim = claim
            claim.set("metadata", "annotations", Volumes.selectedNode, to: .string(node))
            return .put(claim)
        }
    }

    private func place(
        _ pod: JSONValue, _ round: SchedulingRound, _ world: World
    ) -> Result<String, Refusal> {
        let count = round.nodes.count
        guard count > 0 else {
            return .failure(Refusal(message: "no nodes available to schedule pods"))
        }
        let hopeless = "preemption: 0/\(count) nodes are available:"
        if let problem = claimProblem(pod, world) {
            return .failure(
                Refusal(
                    message: """
                        0/\(count) nodes are available: \(problem). \(hopeless) \(count) \
                        Preemption is not helpful for scheduling.
                        """))
        }
        var reasons: [String: Int] = [:]
        var helps: [String: Int] = [:]
        var fitting: [JSONValue] = []
        var helped: [JSONValue] = []
        for node in round.nodes {
            let objections = round.objections(to: pod, on: node)
            if objections.isEmpty { fitting.append(node) }
            for objection in objections { reasons[objection.words, default: 0] += 1 }
            let isHelped = objections.allSatisfy(\.isResolvable)
            if isHelped { helped.append(node) }
            let help =
                isHelped
                ? "No preemption victims found for incoming pod"
                : "Preemption is not helpful for scheduling"
            helps[help, default: 0] += 1
        }
        let ranked = fitting.map { (rank: round.rank(of: $0, for: pod), name: $0.name) }
        if let best = ranked.min(by: { Self.precedes($0, $1) }) { return .success(best.name) }
        func list(_ counts: [String: Int]) -> String {
            counts.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", ")
        }
        return .failure(
            Refusal(
                message: """
                    0/\(count) nodes are available: \(list(reasons)). \(hopeless) \(list(helps)).
                    """, helped: helped))
    }

    private static func precedes(
        _ left: (rank: [Int], name: String), _ right: (rank: [Int], name: String)
    ) -> Bool {
        left.rank == right.rank
            ? left.name < right.name : left.rank.lexicographicallyPrecedes(right.rank)
    }

    /// What keeps a pod from every node: a claim that cannot be used.
    private func claimProblem(_ pod: JSONValue, _ world: World) -> String? {
        for name in Fit.claimNames(of: pod) {
            guard let claim = world.object(.persistentVolumeClaims, pod.namespace, name) else {
                return "persistentvolumeclaim \"\(name)\" not found"
            }
            if claim.isTerminating { return "persistentvolumeclaim \"\(name)\" is being deleted" }
            if claim.phase == "Lost" {
                let volume = claim.at("spec", "volumeName")?.string ?? ""
                return """
                    persistentvolumeclaim "\(name)" bound to non-existent persistentvolume \
                    "\(volume)"
                    """
            }
            if claim.phase != "Bound", ClaimClass(claim, in: world).isImmediate {
                return "pod has unbound immediate PersistentVolumeClaims"
            }
        }
        return nil
    }
}
