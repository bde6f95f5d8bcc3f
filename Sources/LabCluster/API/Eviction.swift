import JSON

/// The eviction of a pod: a deletion that asks the disruption budgets first.
enum Eviction {
    /// Refuses what a budget of `world` does not allow.
    static func check(_ pod: JSONValue, in world: World) throws(StatusError) {
        // Pods that ended, or never ran, are no disruption.
        guard !["Succeeded", "Failed", "Pending"].contains(pod.phase), !pod.isTerminating else {
            return
        }
        let budgets = world.all(.disruptionBudgets).filter { selects($0, pod) }
        guard budgets.count <= 1 else {
            throw StatusError(
                code: 500, reason: "InternalError",
                message: """
                    Internal error occurred: This pod has more than one PodDisruptionBudget, which \
                    the eviction subresource does not support.
                    """)
        }
        guard let budget = budgets.first else { return }
        let state = Disruptions(budget, in: world)
        guard state.allowed <= 0 else { return }
        throw StatusError(
            code: 429, reason: "TooManyRequests",
            message: "Cannot evict pod as it would violate the pod's disruption budget.",
            details: [
                "causes": [
                    [
                        "reason": "DisruptionBudget",
                        "message": .string(
                            """
                            The disruption budget \(budget.name) needs \(state.desired) healthy \
                            pods and has \(state.healthy) currently
                            """),
                    ]
                ]
            ])
    }

    static func selects(_ budget: JSONValue, _ pod: JSONValue) -> Bool {
        budget.namespace == pod.namespace
            && LabelSelector(budget.at("spec", "selector"))?.matches(pod.labels) == true
    }
}

/// How many pods of a budget are healthy, must be, and may go.
struct Disruptions: Hashable, Sendable {
    let expected: Int
    let healthy: Int
    let desired: Int

    var allowed: Int { max(0, healthy - desired) }

    init(_ budget: JSONValue, in world: World) {
        let pods = world.tables[.pods, default: [:]].values.filter {
            Eviction.selects(budget, $0) && $0.isActivePod
        }
        expected = pods.count
        healthy = pods.count(where: \.isReady)
        if let most = budget.at("spec", "maxUnavailable") {
            desired = max(0, expected - Self.amount(most, of: expected))
        } else {
            desired = Self.amount(budget.at("spec", "minAvailable") ?? 0, of: expected)
        }
    }

    /// A number, or a percentage of `total` rounded up.
    private static func amount(_ value: JSONValue, of total: Int) -> Int {
        if let number = value.int { return number }
        let percent = (value.string?.hasSuffix("%") == true ? value.string : nil)
            .flatMap { Int($0.dropLast()) }
        return ((percent ?? 0) * total + 99) / 100
    }
}
