import JSON

/// What the deletion of an object writes.
enum Deletion {
    /// Holds a definition until its custom resources are gone.
    static let customCleanup: JSONValue = "customresourcecleanup.apiextensions.k8s.io"

    /// A pod on a node is asked to end within its grace; an object with
    /// finalizers, a Namespace and a definition wait as terminating; everything
    /// else is gone. Nothing for an object that is already on its way.
    static func writes(of object: JSONValue, grace: Int?, now: Moment) -> [Write] {
        guard let key = object.key else { return [] }
        let isPod = key.resource == .pods
        let seconds = grace ?? object.at("spec", "terminationGracePeriodSeconds")?.int ?? 30
        let isScheduled = object.at("spec", "nodeName")?.string != nil
        let mustWait =
            isPod
            ? isScheduled && seconds > 0
            : key.resource == .namespaces || key.resource == .definitions
        // A graceful end may be cut short, nothing else is asked twice.
        if object.isTerminating, !(isPod && seconds == 0 && object.finalizers.isEmpty) {
            return []
        }
        guard mustWait || !object.finalizers.isEmpty else { return [.remove(key)] }
        var doomed = object
        if key.resource == .definitions {
            doomed.set("metadata", "finalizers", to: .array(object.finalizers + [customCleanup]))
            doomed.setCondition(
                "Terminating", "True", reason: "InstanceDeletionPending",
                message:
                    "CustomResourceDefinition marked for deletion; CustomResource deletion will"
                    + " begin soon", now: now)
        }
        let end = isPod ? now.adding(.seconds(seconds)) : now
        doomed.set("metadata", "deletionTimestamp", to: .string(end.text))
        doomed.set("metadata", "deletionGracePeriodSeconds", to: .int(isPod ? seconds : 0))
        if key.resource == .namespaces { doomed.set("status", "phase", to: "Terminating") }
        return [.put(doomed)]
    }

    /// The dependents of `owner`, cut off from it.
    static func orphaned(by owner: JSONValue, in world: World) -> [JSONValue] {
        world.tables.values.flatMap(\.values).filter { dependent in
            dependent.owners.contains { $0["uid"]?.string == owner.uid }
        }.map { dependent in
            var free = dependent
            let owners = dependent.owners.filter { $0["uid"]?.string != owner.uid }
            free.set("metadata", "ownerReferences", to: owners.isEmpty ? nil : .array(owners))
            return free
        }
    }
}
