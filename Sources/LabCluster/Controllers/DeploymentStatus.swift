import JSON

/// What a Deployment tells of its rollout: what `kubectl rollout status` reads.
struct DeploymentStatus {
    private let deployment: JSONValue
    private let sets: [JSONValue]
    private let current: JSONValue?
    private let wanted: Int
    private let ready: Int
    private let updated: Int

    init(_ deployment: JSONValue, _ sets: [JSONValue], _ current: JSONValue?, wanted: Int) {
        self.deployment = deployment
        self.sets = sets
        self.current = current
        self.wanted = wanted
        ready = sets.map { $0.at("status", "readyReplicas")?.int ?? 0 }.reduce(0, +)
        updated = current?.at("status", "replicas")?.int ?? 0
    }

    private var total: Int { sets.map { $0.at("status", "replicas")?.int ?? 0 }.reduce(0, +) }
    private var unavailable: Int { max(0, max(total, wanted) - ready) }
    private var isComplete: Bool { updated == wanted && total == wanted && ready >= wanted }

    /// The Deployment with this status.
    func object(now: Moment) -> JSONValue {
        var new = deployment
        for (field, value) in [
            ("replicas", total), ("readyReplicas", ready), ("availableReplicas", ready),
            ("updatedReplicas", updated), ("unavailableReplicas", unavailable),
        ] { new.set("status", field, to: value == 0 ? nil : .int(value)) }
        new.set("status", "observedGeneration", to: deployment.at("metadata", "generation"))
        let isAvailable = ready >= wanted - RollingUpdate(deployment).loss
        new.setCondition(
            "Available", isAvailable ? "True" : "False",
            reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            message: isAvailable
                ? "Deployment has minimum availability."
                : "Deployment does not have minimum availability.",
            now: now)
        tellProgress(&new, now: now)
        let refusal = sets.compactMap { $0.condition("ReplicaFailure") }.first
        if let refusal {
            new.setCondition(
                "ReplicaFailure", "True", reason: refusal["reason"]?.string, now: now)
        } else if new.condition("ReplicaFailure") != nil {
            new.removeCondition("ReplicaFailure")
        }
        return new
    }

    /// Progress is any count that moved; without it for
    /// `progressDeadlineSeconds` the rollout is given up as failed, though the
    /// pods are still tried.
    private func tellProgress(_ new: inout JSONValue, now: Moment) {
        let known = deployment.condition("Progressing")
        if deployment.at("spec", "paused")?.bool == true { return }
        let name = current?.name ?? deployment.name
        if isComplete {
            let words = "ReplicaSet \"\(name)\" has successfully progressed."
            return set(&new, "True", "NewReplicaSetAvailable", words, moved: known == nil, now)
        }
        let counts = ["replicas", "readyReplicas", "updatedReplicas"]
        let moved =
            deployment.at("status", "observedGeneration") != deployment.at("metadata", "generation")
            || counts.contains { deployment.at("status", $0) != new.at("status", $0) }
        let since = Moment(known?["lastUpdateTime"]?.string) ?? now
        let limit = deployment.at("spec", "progressDeadlineSeconds")?.int ?? 600
        if !moved, known?["reason"] != "NewReplicaSetAvailable", now > since.adding(.seconds(limit))
        {
            let words = "ReplicaSet \"\(name)\" has timed out progressing."
            return set(&new, "False", "ProgressDeadlineExceeded", words, moved: false, now)
        }
        // A pod that fails later is no rollout.
        guard moved || known == nil else { return }
        guard known?["reason"] != "NewReplicaSetAvailable" || updated < wanted || total > updated
        else { return }
        set(
            &new, "True", "ReplicaSetUpdated", "ReplicaSet \"\(name)\" is progressing.",
            moved: true, now)
    }

    private func set(
        _ new: inout JSONValue, _ status: String, _ reason: String, _ message: String, moved: Bool,
        _ now: Moment
    ) {
        let changes = new.condition("Progressing")?["reason"]?.string != reason
        new.setCondition("Progressing", status, reason: reason, message: message, now: now)
        guard moved || changes else { return }
        let conditions = (new.at("status", "conditions")?.array ?? []).map { condition in
            guard condition["type"] == "Progressing" else { return condition }
            var condition = condition
            condition["lastUpdateTime"] = .string(now.text)
            return condition
        }
        new.set("status", "conditions", to: .array(conditions))
    }
}
