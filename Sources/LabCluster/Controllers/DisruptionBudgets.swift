import JSON

/// Keeps up what a disruption budget tells: how many pods it covers and how
/// many of them may go. Evictions count for themselves.
struct DisruptionBudgets: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        world.all(.disruptionBudgets).map { budget in
            let state = Disruptions(budget, in: world)
            var told = budget
            let status: [(String, Int)] = [
                ("currentHealthy", state.healthy), ("desiredHealthy", state.desired),
                ("disruptionsAllowed", state.allowed), ("expectedPods", state.expected),
            ]
            for (field, number) in status { told.set("status", field, to: .int(number)) }
            return .put(told)
        }
    }
}
