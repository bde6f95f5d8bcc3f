import JSON

/// The decision about a pod's Eviction: its budget has to allow it.
struct BudgetedEviction {
    let world: World
    let now: Moment

    /// The writes that end `pod`; throws the budget's objection.
    func writes(_ pod: JSONValue, grace: Int?) throws(StatusError) -> [Write] {
        let doomed = Deletion.writes(of: pod, grace: grace, now: now)
        // What does not run, or is going anyway, disrupts nothing.
        guard !pod.isTerminating, ["Running", "Unknown"].contains(pod.phase) else { return doomed }
        let budgets = world.all(.disruptionBudgets).filter { budget in
            budget.namespace == pod.namespace
                && LabelSelector(budget.at("spec", "selector"))?.matches(pod.labels) == true
        }
        guard let budget = budgets.first else { return doomed }
        guard budgets.count == 1 else {
            throw StatusError(
                code: 500, reason: "InternalError",
                message: """
                    This pod has more than one PodDisruptionBudget, which the eviction subresource \
                    does not support.
                    """, details: [:])
        }
        guard budget.at("status", "observedGeneration") == budget.at("metadata", "generation")
        else {
            throw Self.tooMany(
                budget,
                "The disruption budget \(budget.name) is still being processed by the server.")
        }
        let healthy = budget.at("status", "currentHealthy")?.int ?? 0
        let desired = budget.at("status", "desiredHealthy")?.int ?? 0
        if !pod.isReady {
            let policy = budget.at("spec", "unhealthyPodEvictionPolicy")?.string
            if policy == "AlwaysAllow" || (desired > 0 && healthy >= desired) { return doomed }
        }
        let allowed = budget.at("status", "disruptionsAllowed")?.int ?? 0
        guard allowed > 0 else {
            throw Self.tooMany(
                budget,
                """
                The disruption budget \(budget.name) needs \(desired) healthy pods and has \
                \(healthy) currently
                """)
        }
        var charged = budget
        charged.set("status", "disruptionsAllowed", to: .int(allowed - 1))
        return doomed + [.put(charged)]
    }

    private static func tooMany(_ budget: JSONValue, _ cause: String) -> StatusError {
        StatusError(
            code: 429, reason: "TooManyRequests",
            message: "Cannot evict pod as it would violate the pod's disruption budget.",
            details: ["causes": [["reason": "DisruptionBudget", "message": .string(cause)]]])
    }
}
