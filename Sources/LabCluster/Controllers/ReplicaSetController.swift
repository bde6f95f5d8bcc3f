import JSON

/// Keeps as many active pods as a ReplicaSet wants. A pod that is terminating
/// no longer counts: its replacement is made at once.
struct ReplicaSetController: Controller {
    let admission: Admission

    func reconcile(_ world: World, now: Moment) -> [Write] {
        world.all(.replicaSets).filter { !$0.isTerminating }.flatMap { set -> [Write] in
            let pods = world.all(.pods).filter { $0.controllerUID == set.uid }
            let active = pods.filter(\.isActivePod)
            let wanted = set.at("spec", "replicas")?.int ?? 1
            var writes: [Write] = []
            if active.count < wanted {
                writes = (active.count..<wanted).compactMap { ordinal in
                    let suffix = Naming.suffix("\(set.uid)\(world.revision)\(ordinal)", length: 5)
                    return PodTemplate.pod(
                        of: set, name: "\(set.name)-\(suffix)", admission, now: now)
                }.map(Write.put)
            } else if active.count > wanted {
                // Those that run worst go first.
                let order = active.sorted {
                    ($0.isReady ? 1 : 0, $0.name) < ($1.isReady ? 1 : 0, $1.name)
                }
                writes = order.prefix(active.count - wanted)
                    .flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
            }
            return writes + [.put(status(of: set, active))]
        }
    }

    private func status(of set: JSONValue, _ active: [JSONValue]) -> JSONValue {
        var set = set
        let ready = active.count(where: \.isReady)
        set.set("status", "replicas", to: .int(active.count))
        set.set("status", "readyReplicas", to: ready == 0 ? nil : .int(ready))
        set.set("status", "availableReplicas", to: ready == 0 ? nil : .int(ready))
        set.set("status", "observedGeneration", to: set.at("metadata", "generation"))
        return set
    }
}

/// Pods made from a workload's template.
enum PodTemplate {
    /// A new pod of `owner`; nil if its template makes none the API would take.
    static func pod(
        of owner: JSONValue, name: String, _ admission: Admission, now: Moment
    ) -> JSONValue? {
        let template = owner.at("spec", "template") ?? [:]
        var metadata = template["metadata"] ?? [:]
        metadata["name"] = .string(name)
        metadata["namespace"] = .string(owner.namespace)
        metadata["ownerReferences"] = [Owner.reference(owner)]
        let pod: JSONValue = [
            "apiVersion": "v1", "kind": "Pod", "metadata": metadata,
            "spec": template["spec"] ?? [:],
        ]
        guard let type = ResourceType.of(.pods) else { return nil }
        return try? admission.created(pod, type, now: now)
    }
}
