import JSON

/// What a StatefulSet tells of its pods: what `kubectl rollout status` reads.
struct StatefulSetStatus {
    let object: JSONValue

    init(_ set: JSONValue, _ pods: [JSONValue], _ revision: Revision) {
        let wanted = set.at("spec", "replicas")?.int ?? 1
        let updated = pods.count { Self.revision($0) == revision.name && !$0.isTerminating }
        let ready = pods.count { $0.isReady && !$0.isTerminating }
        var current = set.at("status", "currentRevision")?.string ?? revision.name
        // The update is complete when every pod has it and is ready.
        if updated == wanted && ready == wanted && pods.count == wanted { current = revision.name }
        let former = pods.count { Self.revision($0) == current && !$0.isTerminating }
        var new = set
        new.set("status", "replicas", to: .int(pods.count))
        new.set("status", "availableReplicas", to: .int(ready))
        for (field, value) in [
            ("readyReplicas", ready), ("updatedReplicas", updated), ("currentReplicas", former),
        ] { new.set("status", field, to: value == 0 ? nil : .int(value)) }
        new.set("status", "currentRevision", to: .string(current))
        new.set("status", "updateRevision", to: .string(revision.name))
        new.set("status", "collisionCount", to: 0)
        new.set("status", "observedGeneration", to: set.at("metadata", "generation"))
        object = new
    }

    private static func revision(_ pod: JSONValue) -> String? {
        pod.labels[Revision.label]?.string
    }
}
