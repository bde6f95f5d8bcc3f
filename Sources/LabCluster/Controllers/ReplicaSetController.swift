import JSON

/// Keeps as many active pods as a ReplicaSet wants. A pod that is terminating
/// no longer counts: its replacement is made at once.
struct ReplicaSetController: Controller {
    let admission: Admission

    func reconcile(_ world: World, now: Moment) -> [Write] {
        var maker = PodMaker(world, admission, now: now)
        let pods = world.podsByOwner
        return world.all(.replicaSets).filter { !$0.isTerminating }.flatMap { set -> [Write] in
            let active = (pods[set.uid] ?? []).filter(\.isActivePod)
            let wanted = set.at("spec", "replicas")?.int ?? 1
            var writes: [Write] = []
            var refusal = false
            for ordinal in 0..<max(0, wanted - active.count) {
                let suffix = Naming.suffix("\(set.uid)\(world.revision)\(ordinal)", length: 5)
                let draft = PodMaker.draft(of: set, name: "\(set.name)-\(suffix)")
                let made = maker.write(draft, for: set, "replicaset-controller", in: world)
                writes.append(made.write)
                refusal = !made.isMade
                if refusal { break }
            }
            if active.count > wanted {
                // Those that run worst go first.
                let order = active.sorted {
                    ($0.isReady ? 1 : 0, $0.name) < ($1.isReady ? 1 : 0, $1.name)
                }
                writes += order.prefix(active.count - wanted)
                    .flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
            }
            return writes + [.put(status(of: set, active, refusal: refusal, now: now))]
        }
    }

    private func status(
        of set: JSONValue, _ active: [JSONValue], refusal: Bool, now: Moment
    ) -> JSONValue {
        var set = set
        let ready = active.count(where: \.isReady)
        set.set("status", "replicas", to: .int(active.count))
        for field in ["readyReplicas", "availableReplicas"] {
            set.set("status", field, to: ready == 0 ? nil : .int(ready))
        }
        set.set(
            "status", "fullyLabeledReplicas", to: active.isEmpty ? nil : .int(active.count))
        set.set("status", "observedGeneration", to: set.at("metadata", "generation"))
        if refusal {
            set.setCondition("ReplicaFailure", "True", reason: "FailedCreate", now: now)
        } else if set.condition("ReplicaFailure") != nil {
            set.removeCondition("ReplicaFailure")
        }
        return set
    }
}

extension World {
    /// The pods of each controlling owner, by its uid.
    var podsByOwner: [String: [JSONValue]] {
        Dictionary(grouping: all(.pods)) { $0.controllerUID ?? "" }
    }
}
