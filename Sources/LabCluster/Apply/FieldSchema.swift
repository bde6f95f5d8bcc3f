import JSON

/// What server-side apply must know of the fields of an object: which lists are
/// maps or sets, and which values are whole.
///
/// From the `listType`, `listMapKey` and `mapType` marks of the Kubernetes API
/// types, by the name of the field. Of a custom resource only the metadata is
/// known: its lists are whole, its maps are not.
enum FieldSchema {
    /// How the elements of a list belong to managers.
    enum List: Hashable, Sendable {
        case whole
        /// Elements are told apart by these members.
        case map(keys: [String])
        /// Elements are texts, each on its own.
        case set
    }

    private static let maps: [String: [String]] = [
        "containers": ["name"], "initContainers": ["name"], "ephemeralContainers": ["name"],
        "volumes": ["name"], "env": ["name"], "imagePullSecrets": ["name"], "secrets": ["name"],
        "volumeMounts": ["mountPath"], "volumeDevices": ["devicePath"], "conditions": ["type"],
        "addresses": ["type"], "ownerReferences": ["uid"], "hostAliases": ["ip"],
        "topologySpreadConstraints": ["topologyKey", "whenUnsatisfiable"],
        "webhooks": ["name"], "resourceClaims": ["name"],
    ]

    /// The list `field` holds.
    static func list(_ field: String, _ elements: [JSONValue], inside path: [String], custom: Bool)
        -> List
    {
        let isMetadata = path.first == "metadata" || path.contains("template")
        guard !custom || path.first == "metadata" else { return .whole }
        if field == "finalizers", isMetadata { return .set }
        if field == "ports" {
            // A container's ports and a Service's have different keys.
            let key = elements.contains { $0["containerPort"] != nil } ? "containerPort" : "port"
            return .map(keys: [key, "protocol"])
        }
        guard let keys = maps[field], elements.allSatisfy({ $0[keys[0]] != nil }) else {
            return .whole
        }
        return .map(keys: keys)
    }

    /// Objects that change as one.
    private static let wholeObjects: Set<String> = [
        "selector", "nodeSelector", "claimRef", "roleRef", "targetRef", "involvedObject",
        "secretKeyRef", "configMapKeyRef", "fieldRef", "resourceFieldRef", "labelSelector",
        "namespaceSelector", "podSelector", "secretRef",
    ]

    static func isWhole(_ field: String, _ value: JSONValue, custom: Bool) -> Bool {
        guard value.object != nil, !custom else { return false }
        // The selector of a Service is a map of its own parts in the API's schema.
        return wholeObjects.contains(field)
    }

    /// What a manager never owns.
    static func isUnmanaged(_ path: [String]) -> Bool {
        if path.count == 1 { return ["apiVersion", "kind"].contains(path[0]) }
        guard path.count == 2, path[0] == "metadata" else { return false }
        return [
            "name", "namespace", "uid", "resourceVersion", "creationTimestamp", "generation",
            "managedFields", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds",
            "generateName",
        ].contains(path[1])
    }
}
