import JSON

/// Keeps one ReplicaSet for each template of a Deployment and moves its replicas
/// to the current one: the old set is scaled down when the new one is ready, or
/// before it starts with strategy Recreate.
struct DeploymentController: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        world.all(.deployments).filter { !$0.isTerminating }.flatMap { reconcile($0, world, now) }
    }

    private func reconcile(_ deployment: JSONValue, _ world: World, _ now: Moment) -> [Write] {
        let hash = Naming.templateHash(deployment.at("spec", "template") ?? [:])
        let name = "\(deployment.name)-\(hash)"
        let wanted = deployment.at("spec", "replicas")?.int ?? 1
        let sets = world.all(.replicaSets).filter { $0.controllerUID == deployment.uid }
        let old = sets.filter { $0.name != name }
        let current = sets.first { $0.name == name }
        let isRecreated = deployment.at("spec", "strategy", "type")?.string == "Recreate"
        let oldPods = old.map { $0.at("status", "replicas")?.int ?? 0 }.reduce(0, +)
        let ready = current?.at("status", "readyReplicas")?.int ?? 0
        var writes: [Write] = []
        let mayStart = !isRecreated || oldPods == 0
        if mayStart || current != nil {
            writes.append(
                .put(replicaSet(current, deployment, name, hash, replicas: mayStart ? wanted : 0)))
        }
        if isRecreated || (current != nil && ready >= wanted) {
            writes += old.map { set in
                var set = set
                set.set("spec", "replicas", to: 0)
                return .put(set)
            }
        }
        writes.append(.put(status(of: deployment, sets, current, wanted: wanted, now: now)))
        return writes
    }

    private func replicaSet(
        _ current: JSONValue?, _ deployment: JSONValue, _ name: String, _ hash: String,
        replicas: Int
    ) -> JSONValue {
        if var current {
            current.set("spec", "replicas", to: .int(replicas))
            return current
        }
        var template = deployment.at("spec", "template") ?? [:]
        template.set("metadata", "labels", "pod-template-hash", to: .string(hash))
        var selector = deployment.at("spec", "selector") ?? [:]
        selector.set("matchLabels", "pod-template-hash", to: .string(hash))
        return [
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": [
                "name": .string(name), "namespace": .string(deployment.namespace), "generation": 1,
                "labels": template.at("metadata", "labels") ?? [:],
                "ownerReferences": [Owner.reference(deployment)],
            ],
            "spec": ["replicas": .int(replicas), "selector": selector, "template": template],
            "status": ["replicas": 0],
        ]
    }

    private func status(
        of deployment: JSONValue, _ sets: [JSONValue], _ current: JSONValue?, wanted: Int,
        now: Moment
    ) -> JSONValue {
        var new = deployment
        func total(_ field: String) -> Int {
            sets.map { $0.at("status", field)?.int ?? 0 }.reduce(0, +)
        }
        let ready = total("readyReplicas")
        let updated = current?.at("status", "replicas")?.int ?? 0
        for (field, value) in [
            ("replicas", total("replicas")), ("readyReplicas", ready), ("availableReplicas", ready),
            ("updatedReplicas", updated), ("unavailableReplicas", max(0, wanted - ready)),
        ] { new.set("status", field, to: value == 0 ? nil : .int(value)) }
        new.set("status", "observedGeneration", to: deployment.at("metadata", "generation"))
        let isAvailable = ready >= wanted
        new.setCondition(
            "Available", isAvailable ? "True" : "False",
            reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            message: isAvailable
                ? "Deployment has minimum availability."
                : "Deployment does not have minimum availability.",
            now: now)
        return new
    }
}

/// References from dependents to owners.
enum Owner {
    /// The reference a controller puts into what it makes.
    static func reference(_ owner: JSONValue) -> JSONValue {
        [
            "apiVersion": owner["apiVersion"] ?? "", "kind": .string(owner.kind),
            "name": .string(owner.name), "uid": .string(owner.uid), "controller": true,
            "blockOwnerDeletion": true,
        ]
    }
}
