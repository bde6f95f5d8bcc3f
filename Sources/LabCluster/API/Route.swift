import JSON

/// What an API path names: a resource, perhaps one object of it, perhaps a
/// subresource.
struct Route: Hashable, Sendable {
    let resource: ResourceKey
    /// nil: every namespace, or a resource outside namespaces.
    let namespace: String?
    let name: String?
    let subresource: String?

    /// The place of one object.
    init(_ key: ObjectKey) {
        resource = key.resource
        namespace = key.namespace.isEmpty ? nil : key.namespace
        name = key.name
        subresource = nil
    }

    /// Reads `/api/v1/…` and `/apis/<group>/<version>/…`; nil if the path is
    /// something else.
    init?(_ path: String) {
        var parts = path.split(separator: "/").map(String.init)[...]
        var group = ""
        switch parts.popFirst() {
        case "api": break
        case "apis":
            guard let first = parts.popFirst() else { return nil }
            group = first
        default: return nil
        }
        guard let version = parts.popFirst(), let first = parts.first else { return nil }
        var namespace: String?
        // `/namespaces/x` is a Namespace, `/namespaces/x/pods` are Pods; `status` is no resource.
        if first == "namespaces", parts.count > 2, parts[parts.startIndex + 2] != "status" {
            namespace = parts[parts.startIndex + 1]
            parts = parts.dropFirst(2)
        }
        let rest = Array(parts)
        guard (1...3).contains(rest.count) else { return nil }
        resource = ResourceKey(group: group, name: rest[0])
        guard ResourceType.of(resource)?.version ?? version == version else { return nil }
        self.namespace = namespace
        name = rest.count > 1 ? rest[1] : nil
        subresource = rest.count > 2 ? rest[2] : nil
    }
}
