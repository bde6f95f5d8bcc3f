import JSON

/// How an object is, judged by its own status; the worse counts for a set.
struct Health: Hashable, Sendable {
    /// From good to bad, as Argo CD ranks them.
    enum State: String, Comparable, CaseIterable {
        case healthy = "Healthy"
        case suspended = "Suspended"
        case progressing = "Progressing"
        case missing = "Missing"
        case degraded = "Degraded"
        case unknown = "Unknown"

        static func < (left: State, right: State) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    let state: State
    var message: String?

    /// The health of a kind that has one; nil for any other.
    init?(of object: JSONValue) {
        switch (object.key?.resource, object.kind) {
        case (.deployments, _): self = Self.deployment(object)
        case (.statefulSets, _): self = Self.statefulSet(object)
        case (.daemonSets, _): self = Self.daemonSet(object)
        case (.jobs, _): self = Self.job(object)
        case (.persistentVolumeClaims, _): self = Self.claim(object)
        case (.pods, _): self = Self.pod(object)
        case (.sealedSecrets, _): self = Self.sealed(object)
        default: return nil
        }
    }

    init(_ state: State, _ message: String? = nil) {
        self.state = state
        self.message = message
    }

    /// The health of an object that reports a condition Ready, as Flux's own do.
    static func byReadyCondition(_ object: JSONValue) -> Health? {
        guard let ready = object.condition("Ready") else { return nil }
        let seen = object.at("status", "observedGeneration")
        guard seen == nil || seen == object.at("metadata", "generation") else {
            return Health(.progressing, "waiting for its controller")
        }
        switch ready["status"]?.string {
        case "True": return Health(.healthy)
        case "False": return Health(.degraded, ready["message"]?.string)
        default: return Health(.progressing, ready["message"]?.string)
        }
    }

    private static func isSeen(_ object: JSONValue) -> Bool {
        object.at("status", "observedGeneration") == object.at("metadata", "generation")
    }

    private static func count(_ object: JSONValue, _ field: String) -> Int {
        object.at("status", field)?.int ?? 0
    }

    private static let unseen = Health(.progressing, "waiting for its change to be seen")

    private static func deployment(_ object: JSONValue) -> Health {
        if object.at("spec", "paused")?.bool == true {
            return Health(.suspended, "Deployment is paused")
        }
        guard isSeen(object) else { return unseen }
        let wanted = object.at("spec", "replicas")?.int ?? 1
        if object.condition("Progressing")?["reason"]?.string == "ProgressDeadlineExceeded" {
            return Health(.degraded, "Deployment \"\(object.name)\" exceeded its progress deadline")
        }
        let updated = count(object, "updatedReplicas"), ready = count(object, "availableReplicas")
        guard updated >= wanted else {
            return Health(.progressing, "\(updated) out of \(wanted) new replicas are updated")
        }
        guard count(object, "replicas") <= updated else {
            return Health(.progressing, "old replicas are pending termination")
        }
        guard ready >= updated else {
            return Health(.progressing, "\(ready) of \(updated) updated replicas are available")
        }
        return Health(.healthy)
    }

    private static func statefulSet(_ object: JSONValue) -> Health {
        guard isSeen(object) else { return unseen }
        let wanted = object.at("spec", "replicas")?.int ?? 1
        let ready = count(object, "readyReplicas")
        guard ready >= wanted else {
            return Health(.progressing, "\(ready) of \(wanted) pods are ready")
        }
        guard count(object, "updatedReplicas") >= wanted else {
            return Health(.progressing, "waiting for the rollout to finish")
        }
        return Health(.healthy)
    }

    private static func daemonSet(_ object: JSONValue) -> Health {
        guard isSeen(object) else { return unseen }
        let wanted = count(object, "desiredNumberScheduled")
        for field in ["updatedNumberScheduled", "numberAvailable"]
        where count(object, field) < wanted {
            return Health(.progressing, "\(count(object, field)) of \(wanted) pods: \(field)")
        }
        return Health(.healthy)
    }

    private static func job(_ object: JSONValue) -> Health {
        func holds(_ type: String) -> Bool {
            object.condition(type)?["status"]?.string == "True"
        }
        if holds("Failed") {
            return Health(.degraded, object.condition("Failed")?["message"]?.string)
        }
        if holds("Complete") { return Health(.healthy) }
        return holds("Suspended") ? Health(.suspended) : Health(.progressing, "the job runs")
    }

    private static func claim(_ object: JSONValue) -> Health {
        switch object.phase {
        case "Bound": Health(.healthy)
        case "Lost": Health(.degraded)
        default: Health(.progressing)
        }
    }

    private static func pod(_ object: JSONValue) -> Health {
        switch object.phase {
        case "Failed": Health(.degraded, object.at("status", "message")?.string)
        case "Succeeded": Health(.healthy)
        case "Running" where object.isReady: Health(.healthy)
        default: Health(.progressing)
        }
    }

    private static func sealed(_ object: JSONValue) -> Health {
        guard let synced = object.condition("Synced"), synced["status"]?.string == "False" else {
            return Health(.healthy)
        }
        return Health(.degraded, synced["message"]?.string)
    }
}
