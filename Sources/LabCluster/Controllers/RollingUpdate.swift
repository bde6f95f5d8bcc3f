import JSON

/// The arithmetic of a Deployment's rolling update: never more pods than
/// replicas and surge, never fewer available ones than replicas less the
/// allowed loss.
struct RollingUpdate {
    let wanted: Int
    let surge: Int
    let loss: Int

    init(_ deployment: JSONValue) {
        wanted = deployment.at("spec", "replicas")?.int ?? 1
        let rolling = deployment.at("spec", "strategy", "rollingUpdate")
        surge = Self.count(rolling?["maxSurge"] ?? "25%", of: wanted, roundsUp: true)
        let loss = Self.count(rolling?["maxUnavailable"] ?? "25%", of: wanted, roundsUp: false)
        // With neither, nothing could ever move.
        self.loss = surge == 0 && loss == 0 ? 1 : min(loss, wanted)
    }

    /// A number, or a share of `total` such as `25%`.
    static func count(_ value: JSONValue?, of total: Int, roundsUp: Bool) -> Int {
        if let number = value?.int { return number }
        guard let text = value?.string, let share = Int(text.filter { $0 != "%" }) else { return 0 }
        return (total * share + (roundsUp ? 99 : 0)) / 100
    }

    /// Replicas of the current set, of which there are `now`, while all sets
    /// together want `total`.
    func current(_ now: Int, total: Int) -> Int {
        if now >= wanted { return wanted }
        return min(wanted, now + max(0, wanted + surge - total))
    }

    /// Replicas of the former sets, oldest first, after this step.
    func former(
        _ sets: [(replicas: Int, available: Int)], current: (replicas: Int, available: Int)
    ) -> [Int] {
        var left = sets.map(\.replicas)
        let total = left.reduce(0, +) + current.replicas
        let starting = current.replicas - min(current.replicas, current.available)
        var budget = total - (wanted - loss) - starting
        guard budget > 0 else { return left }
        // What is broken anyway goes first.
        for index in left.indices {
            let broken = max(0, left[index] - sets[index].available)
            let step = min(broken, budget)
            left[index] -= step
            budget -= step
        }
        var spare = min(
            budget, sets.map(\.available).reduce(0, +) + current.available - (wanted - loss))
        for index in left.indices where spare > 0 {
            let step = min(left[index], spare)
            left[index] -= step
            spare -= step
        }
        return left
    }
}
