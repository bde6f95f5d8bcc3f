import JSON

/// What two worlds may differ in and still be the same: each with its reason.
/// Everything else counts.
enum IgnoredPaths {
    /// Kinds that are not compared object by object.
    static let resources: [(resource: ResourceKey, reason: String)] = [
        (.events, "a log of what happened, not a state"),
        (.leases, "heartbeats"),
        (.replicaSets, "named by template; their Deployment is compared"),
        (.pods, "named at random; compared as counts by owner, node and phase"),
    ]

    /// Members of every object.
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
        (["status"], "follows from the rest; readiness and binding are compared apart"),
        (["spec", "claimRef", "uid"], "the claim's uid"),
        (["spec", "claimRef", "resourceVersion"], "the claim's revision"),
        (["spec", "forceSyncGeneration"], "counts requests to deploy again"),
        (["data", "hash"], "salted anew whenever a node registers"),
        (
            ["metadata", "annotations", FluxNames.requested],
            "names the last request to reconcile, whoever made it"
        ),
    ]

    /// Members whose value is what their absence means.
    static let defaults: [(path: [String], value: JSONValue)] = [
        (["spec", "suspend"], false), (["metadata", "annotations"], [:]),
    ]

    /// `object` without them.
    static func stripped(_ object: JSONValue) -> JSONValue {
        let kept = paths.reduce(object) { removed($1.path[...], from: $0) }
        return defaults.reduce(kept) { object, member in
            let value = member.path.reduce(Optional(object)) { $0?[$1] }
            return value == member.value ? removed(member.path[...], from: object) : object
        }
    }

    private static func removed(_ path: ArraySlice<String>, from value: JSONValue) -> JSONValue {
        guard let first = path.first, let child = value[first] else { return value }
        var value = value
        value[first] = path.count > 1 ? removed(path.dropFirst(), from: child) : nil
        return value
    }
}
