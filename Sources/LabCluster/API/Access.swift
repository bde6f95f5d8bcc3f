import JSON

/// What somebody wants to do with a resource, and whether the roles bound to
/// them allow it.
struct Access: Hashable, Sendable {
    let verb: String
    let resource: ResourceKey
    var subresource: String?
    var namespace: String?
    var name: String?

    /// What `request` wants of `route`.
    init(_ request: Request, _ route: Route) {
        let isOne = route.name != nil
        verb =
            switch request.method {
            case "POST": "create"
            case "PUT": "update"
            case "PATCH": "patch"
            case "DELETE": isOne ? "delete" : "deletecollection"
            default: isOne ? "get" : WatchQuery.isWatch(request) ? "watch" : "list"
            }
        resource = route.resource
        subresource = route.subresource
        namespace = route.namespace
        name = route.name
    }

    /// What a review asks about.
    init(_ attributes: JSONValue) {
        func text(_ field: String) -> String? {
            attributes[field]?.string.flatMap { $0.isEmpty ? nil : $0 }
        }
        verb = text("verb") ?? "*"
        resource = ResourceKey(group: text("group") ?? "", name: text("resource") ?? "*")
        subresource = text("subresource")
        namespace = text("namespace")
        name = text("name")
    }

    /// Whether a role bound to `identity` in `world` allows it. Somebody nobody
    /// bound may do nothing; the administrators' group everything.
    func isAllowed(_ identity: Identity, in world: World) -> Bool {
        if identity.isAdministrator { return true }
        if world.all(.clusterRoleBindings).contains(where: { binds($0, identity, world) }) {
            return true
        }
        return world.all(.roleBindings).contains {
            $0.namespace == namespace && binds($0, identity, world)
        }
    }

    /// The refusal, in a real server's words.
    func refusal(_ identity: Identity) -> StatusError {
        let named = name.map { " \"\($0)\"" } ?? ""
        let whole = resource.name + (subresource.map { "/\($0)" } ?? "")
        let place = namespace.map { "in the namespace \"\($0)\"" } ?? "at the cluster scope"
        var details: JSONValue = ["kind": .string(resource.name)]
        if let name { details["name"] = .string(name) }
        if !resource.group.isEmpty { details["group"] = .string(resource.group) }
        return StatusError(
            code: 403, reason: "Forbidden",
            message: """
                \(resource)\(named) is forbidden: User "\(identity.user)" cannot \(verb) resource \
                "\(whole)" in API group "\(resource.group)" \(place)
                """, details: details)
    }

    private func binds(_ binding: JSONValue, _ identity: Identity, _ world: World) -> Bool {
        let isSubject = (binding["subjects"]?.array ?? []).contains { subject in
            let name = subject["name"]?.string ?? ""
            return switch subject["kind"]?.string {
            case "User": name == identity.user
            case "Group": identity.groups.contains(name)
            default:
                "system:serviceaccount:\(subject["namespace"]?.string ?? ""):\(name)"
                    == identity.user
            }
        }
        guard isSubject else { return false }
        let role = binding["roleRef"]
        let rules = world.object(
            role?["kind"]?.string == "ClusterRole" ? .clusterRoles : .roles,
            role?["kind"]?.string == "ClusterRole" ? nil : binding.namespace,
            role?["name"]?.string ?? "")?["rules"]?.array
        return (rules ?? []).contains(where: covers)
    }

    private func covers(_ rule: JSONValue) -> Bool {
        func has(_ field: String, _ wanted: String) -> Bool {
            (rule[field]?.array ?? []).contains { $0.string == "*" || $0.string == wanted }
        }
        let names = rule["resourceNames"]?.array ?? []
        return has("verbs", verb) && has("apiGroups", resource.group)
            && has("resources", resource.name + (subresource.map { "/\($0)" } ?? ""))
            && (names.isEmpty || names.contains { $0.string == name })
    }
}
