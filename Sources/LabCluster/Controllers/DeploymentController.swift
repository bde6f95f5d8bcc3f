import JSON

/// Keeps one ReplicaSet for each template of a Deployment and moves its
/// replicas to the current one: step by step with strategy RollingUpdate, after
/// the last old pod is gone with Recreate.
struct DeploymentController: Controller {
    static let revision = "deployment.kubernetes.io/revision"

    func reconcile(_ world: World, now: Moment) -> [Write] {
        let deployments = world.all(.deployments).filter { !$0.isTerminating }
        guard !deployments.isEmpty else { return [] }
        let sets = Dictionary(grouping: world.all(.replicaSets)) { $0.controllerUID ?? "" }
        let pods = world.podsByOwner
        return deployments.flatMap { deployment in
            reconcile(deployment, sets[deployment.uid] ?? [], pods, now)
        }
    }

    private func reconcile(
        _ deployment: JSONValue, _ sets: [JSONValue], _ pods: [String: [JSONValue]], _ now: Moment
    ) -> [Write] {
        let hash = Naming.templateHash(deployment.at("spec", "template") ?? [:])
        let name = "\(deployment.name)-\(hash)"
        let former = sets.filter { $0.name != name }.sorted { Self.number($0) < Self.number($1) }
        let found = sets.first { $0.name == name }
        let plan = RollingUpdate(deployment)
        let isRecreated = deployment.at("spec", "strategy", "type")?.string == "Recreate"
        let remains = former.contains { !(pods[$0.uid] ?? []).filter(\.isUnfinished).isEmpty }
        let isPaused = deployment.at("spec", "paused")?.bool == true
        var writes: [Write] = []
        var revision = sets.map(Self.number).max() ?? 1
        if !isPaused || found != nil {
            // A template that comes back becomes the newest again.
            let last = former.map(Self.number).max() ?? 0
            revision = max(last + 1, found.map(Self.number) ?? 0)
            let total = sets.map { $0.at("spec", "replicas")?.int ?? 0 }.reduce(0, +)
            let existing = found?.at("spec", "replicas")?.int ?? 0
            let replicas =
                isRecreated
                ? (remains ? existing : plan.wanted) : plan.current(existing, total: total)
            writes.append(.put(replicaSet(found, deployment, hash, revision, replicas: replicas)))
        }
        if !isPaused {
            let counts = former.map(Self.counts)
            let left =
                isRecreated
                ? counts.map { _ in 0 }
                : plan.former(counts, current: found.map(Self.counts) ?? (0, 0))
            writes += zip(former, left).map { set, replicas in
                var set = set
                set.set("spec", "replicas", to: .int(replicas))
                return .put(set)
            }
            writes += outlived(former, deployment).compactMap(\.key).map(Write.remove)
        }
        var status = DeploymentStatus(deployment, sets, found, wanted: plan.wanted).object(now: now)
        status.set("metadata", "annotations", Self.revision, to: .string(String(revision)))
        return writes + [.put(status)]
    }

    /// Former sets beyond the history that is kept for a rollback.
    private func outlived(_ former: [JSONValue], _ deployment: JSONValue) -> [JSONValue] {
        let limit = deployment.at("spec", "revisionHistoryLimit")?.int ?? 10
        let empty = former.filter {
            $0.at("spec", "replicas") == 0 && ($0.at("status", "replicas")?.int ?? 0) == 0
        }
        return Array(empty.dropLast(limit))
    }

    private static func number(_ set: JSONValue) -> Int {
        Int(set.annotations[revision]?.string ?? "") ?? 0
    }

    private static func counts(_ set: JSONValue) -> (replicas: Int, available: Int) {
        (
            set.at("spec", "replicas")?.int ?? 0,
            set.at("status", "availableReplicas")?.int ?? 0
        )
    }

    private func replicaSet(
        _ found: JSONValue?, _ deployment: JSONValue, _ hash: String, _ revision: Int,
        replicas: Int
    ) -> JSONValue {
        var set: JSONValue
        if let found {
            set = found
        } else {
            var template = deployment.at("spec", "template") ?? [:]
            template.set("metadata", "labels", "pod-template-hash", to: .string(hash))
            var selector = deployment.at("spec", "selector") ?? [:]
            selector.set("matchLabels", "pod-template-hash", to: .string(hash))
            set = [
                "apiVersion": "apps/v1", "kind": "ReplicaSet",
                "metadata": [
                    "name": .string("\(deployment.name)-\(hash)"),
                    "namespace": .string(deployment.namespace), "generation": 1,
                    "labels": template.at("metadata", "labels") ?? [:],
                    "ownerReferences": [Owner.reference(deployment)],
                ],
                "spec": ["selector": selector, "template": template], "status": ["replicas": 0],
            ]
        }
        set.set("spec", "replicas", to: .int(replicas))
        set.set("metadata", "annotations", Self.revision, to: .string(String(revision)))
        return set
    }
}

extension JSONValue {
    /// A pod that still runs, whether or not it is asked to end.
    var isUnfinished: Bool { phase != "Succeeded" && phase != "Failed" }
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
