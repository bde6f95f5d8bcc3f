import JSON

/// What two worlds may differ in and still be the same: each with its reason.
/// Everything else counts.
enum IgnoredPaths {
    /// Kinds that follow from others, or are no state.
    static let resources: [(resource: ResourceKey, reason: String)] = [
        (.events, "a log of what happened, not a state"),
        (.leases, "heartbeats"),
        (.pods, "named at random; compared as counts by owner, node and phase"),
        (.replicaSets, "named by template; their Deployment is compared"),
        (.controllerRevisions, "named by template; their owner is compared"),
        (.endpoints, "follow from Services and pods"),
        (.endpointSlices, "follow from Services and pods"),
        (.longhornReplicas, "named at random; their bytes are compared by volume"),
        (.longhornEngines, "follow from the Longhorn volumes"),
    ]

    /// Members of every object; fifteen at most.
    static let paths: [(path: [String], reason: String)] = [
        (["metadata", "uid"], "new for an object that was made again"),
        (["metadata", "resourceVersion"], "counts writes"),
        (["metadata", "creationTimestamp"], "when, not what"),
        (["metadata", "generation"], "counts changes of the specification"),
        (["metadata", "managedFields"], "who wrote, not what"),
        (
            ["metadata", "ownerReferences"],
            "carries the owner's uid; owners are compared themselves"
        ),
        (["metadata", "annotations", DeploymentController.revision], "counts rollouts"),
        (
            [
                "spec", "template", "metadata", "annotations",
                "kubectl.kubernetes.io/restartedAt",
            ], "when pods were replaced, not by what"
        ),
        (["status"], "follows from the rest; readiness and binding are compared apart"),
        (["spec", "claimRef", "uid"], "the claim's uid"),
        (["spec", "podCIDR"], "drawn anew whenever a node registers"),
        (["spec", "podCIDRs"], "drawn anew whenever a node registers"),
        (["spec", "forceSyncGeneration"], "counts requests to deploy again"),
        (password, "of a node's password only: salted anew whenever it registers"),
        (
            ["metadata", "annotations", FluxNames.requested],
            "names the last request to reconcile, whoever made it"
        ),
    ]

    private static let password = ["data", "hash"]

    /// Members whose value is what their absence means.
    static let defaults: [(path: [String], value: JSONValue)] = [
        (["spec", "suspend"], false), (["metadata", "annotations"], [:]),
    ]

    /// `object` without them.
    static func stripped(_ object: JSONValue) -> JSONValue {
        let isPassword = object.name.hasSuffix(".node-password.k3s")
        let kept = paths.reduce(object) { object, ignored in
            ignored.path == password && !isPassword
                ? object : removed(ignored.path[...], from: object)
        }
        return defaults.reduce(kept) { object, member in
            let value = member.path.reduce(Optional(object)) { $0?[$1] }
            return value == member.value ? removed(member.path[...], from: object) : object
        }
    }

    /// What is empty then goes along: an annotation alone leaves nothing behind.
    private static func removed(_ path: ArraySlice<String>, from value: JSONValue) -> JSONValue {
        guard let first = path.first, let child = value[first] else { return value }
        var value = value
        guard path.count > 1 else {
            value[first] = nil
            return value
        }
        let rest = removed(path.dropFirst(), from: child)
        let isEmptied = rest.object?.isEmpty == true && child.object?.isEmpty == false
        value[first] = isEmptied ? nil : rest
        return value
    }
}
