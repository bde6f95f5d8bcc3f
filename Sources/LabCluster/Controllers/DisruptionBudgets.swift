import JSON

/// Tells in each PodDisruptionBudget how many of its pods may go now.
struct DisruptionBudgets: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        world.all(.disruptionBudgets).map { budget in
            let selector = LabelSelector(budget.at("spec", "selector"))
            let pods = world.all(.pods).filter {
                $0.namespace == budget.namespace && selector?.matches($0.labels) == true
            }
            let healthy = pods.count { $0.isReady && !$0.isTerminating }
            let (expected, desired) = Self.expectation(budget, pods, world)
            let allowed = expected > 0 ? max(0, healthy - desired) : 0
            var budget = budget
            for (field, value) in [
                ("currentHealthy", healthy), ("desiredHealthy", desired),
                ("expectedPods", expected), ("disruptionsAllowed", allowed),
            ] { budget.set("status", field, to: .int(value)) }
            budget.set("status", "observedGeneration", to: budget.at("metadata", "generation"))
            budget.setCondition(
                "DisruptionAllowed", allowed > 0 ? "True" : "False",
                reason: allowed > 0 ? "SufficientPods" : "InsufficientPods", message: "", now: now)
            return .put(budget)
        }
    }

    /// How many pods there should be, and how many of them healthy.
    private static func expectation(
        _ budget: JSONValue, _ pods: [JSONValue], _ world: World
    ) -> (expected: Int, desired: Int) {
        if let loss = budget.at("spec", "maxUnavailable") {
            let expected = scale(of: pods, world)
            return (
                expected, max(0, expected - RollingUpdate.count(loss, of: expected, roundsUp: true))
            )
        }
        let least = budget.at("spec", "minAvailable") ?? 1
        if let number = least.int { return (pods.count, number) }
        let expected = scale(of: pods, world)
        return (expected, RollingUpdate.count(least, of: expected, roundsUp: true))
    }

    /// What the owners of the pods want, all together.
    private static func scale(of pods: [JSONValue], _ world: World) -> Int {
        var owners: [String: Int] = [:]
        for pod in pods {
            guard let reference = pod.owners.first(where: { $0["controller"]?.bool == true }),
                let name = reference["name"]?.string
            else { continue }
            let resource: ResourceKey =
                reference["kind"] == "StatefulSet" ? .statefulSets : .replicaSets
            guard let owner = world.object(resource, pod.namespace, name) else { continue }
            let above = owner.owners.first?["name"]?.string
                .flatMap { world.object(.deployments, pod.namespace, $0) }
            let top = above ?? owner
            owners[top.uid] = top.at("spec", "replicas")?.int ?? 1
        }
        return owners.values.reduce(0, +)
    }
}
