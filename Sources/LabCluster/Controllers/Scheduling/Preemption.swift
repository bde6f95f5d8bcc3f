import JSON

/// Room for a pod that fits nowhere: the node where ending pods of less
/// priority helps, and costs least.
struct Preemption {
    let world: World
    /// All pods, those bound in this very round included.
    let pods: [JSONValue]

    /// A node, and who has to go there.
    struct Plan: Hashable {
        let node: String
        let victims: [JSONValue]
        /// Compared from the first to the last, less is better.
        let cost: [Int]
    }

    /// Whether it waits already for pods that are on their way out.
    func isUnderWay(for pod: JSONValue) -> Bool {
        guard let node = pod.at("status", "nominatedNodeName")?.string else { return false }
        let own = PodPriority.value(of: pod, in: world)
        return pods.contains {
            $0.nodeName == node && $0.isTerminating && PodPriority.value(of: $0, in: world) < own
        }
    }

    /// Nil where nothing helps. Among equals the first by name.
    func plan(for pod: JSONValue, on nodes: [JSONValue]) -> Plan? {
        guard PodPriority.preempts(pod, in: world) else { return nil }
        return nodes.compactMap { plan(for: pod, on: $0) }.min { left, right in
            left.cost == right.cost
                ? left.node < right.node : left.cost.lexicographicallyPrecedes(right.cost)
        }
    }

    private func plan(for pod: JSONValue, on node: JSONValue) -> Plan? {
        let own = PodPriority.value(of: pod, in: world)
        let lesser = pods.filter {
            $0.nodeName == node.name && $0.isUnfinished
                && PodPriority.value(of: $0, in: world) < own
        }
        guard !lesser.isEmpty, fits(pod, on: node, without: lesser) else { return nil }
        // As many as possible stay: those a budget protects first, then by priority.
        var leaving = lesser
        let order = lesser.sorted { left, right in
            let (a, b) = (isProtected(left), isProtected(right))
            let (p, q) = (
                PodPriority.value(of: left, in: world), PodPriority.value(of: right, in: world)
            )
            return a != b ? a : p != q ? p > q : left.name < right.name
        }
        for candidate in order {
            let fewer = leaving.filter { $0.uid != candidate.uid }
            if fits(pod, on: node, without: fewer) { leaving = fewer }
        }
        guard !leaving.isEmpty else { return nil }
        let priorities = leaving.map { PodPriority.value(of: $0, in: world) }
        return Plan(
            node: node.name, victims: leaving,
            cost: [
                leaving.count(where: isProtected), priorities.max() ?? 0,
                priorities.reduce(0, +), leaving.count,
            ])
    }

    private func fits(_ pod: JSONValue, on node: JSONValue, without gone: [JSONValue]) -> Bool {
        let uids = Set(gone.map(\.uid))
        return SchedulingRound(world, pods.filter { !uids.contains($0.uid) })
            .objections(to: pod, on: node).isEmpty
    }

    /// Whether a PodDisruptionBudget allows no more of its kind to go.
    private func isProtected(_ pod: JSONValue) -> Bool {
        world.all(.disruptionBudgets).contains { budget in
            budget.namespace == pod.namespace
                && LabelSelector(budget.at("spec", "selector"))?.matches(pod.labels) == true
                && (budget.at("status", "disruptionsAllowed")?.int ?? 0) < 1
        }
    }
}
