import JSON

/// Deletes what belongs to an owner that is gone: the pods of a ReplicaSet, the
/// ReplicaSets of a Deployment, the node-password Secret of a Node.
struct OwnerGarbage: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        world.tables.values.flatMap(\.values).filter { object in
            let owners = object.owners.compactMap { $0["uid"]?.string }
            return !owners.isEmpty && !object.isTerminating
                && owners.allSatisfy { !world.uids.contains($0) }
        }.flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
    }
}
