import JSON

/// The API's verbs as pure decisions: the world, a request and the time in, the
/// writes and the answer out.
struct Verbs: Sendable {
    let world: World
    let now: Moment
    let admission: Admission
    /// Revisions a list may still be continued from.
    var oldestRevision = 0

    /// Decides `request` for `route`.
    func decide(_ request: Request, _ route: Route) throws(StatusError) -> Decision {
        let type = try type(of: route)
        guard type.isStored else { throw .notSimulated("\(type.key)") }
        guard ["status", "scale", "eviction"].contains(route.subresource ?? "status") else {
            throw .notSimulated("\(type.key)/\(route.subresource ?? "")")
        }
        guard let name = route.name else { return try decideCollection(request, route, type) }
        guard !type.isNamespaced || route.namespace != nil else { throw .noSuchResource }
        let key = ObjectKey(route.resource, namespace: route.namespace, name: name)
        switch (request.method, route.subresource) {
        case ("POST", "eviction"?): return try evict(key, request)
        case (_, "eviction"?): throw .methodNotAllowed
        case ("GET", let subresource): return try get(key, subresource)
        case ("PUT", let subresource):
            return try update(key, type, subresource, request) { _ throws(StatusError) in
                try body(of: request, type, subresource)
            }
        case ("PATCH", let subresource):
            if request.contentType == Patch.applyType {
                return try applied(key, type, subresource, request)
            }
            return try update(key, type, subresource, request) { old throws(StatusError) in
                try patched(old, request, type)
            }
        case ("DELETE", nil): return try delete(key, type, request)
        default: throw .methodNotAllowed
        }
    }

    /// The type `route` names, if this cluster has it there.
    func type(of route: Route) throws(StatusError) -> ResourceType {
        guard let type = ResourceType.of(route.resource), world.serves(type) else {
            throw .noSuchResource
        }
        if let subresource = route.subresource, !type.subresources.contains(subresource) {
            throw .noSuchResource
        }
        guard type.isNamespaced || route.namespace == nil else { throw .noSuchResource }
        return type
    }

    private func decideCollection(
        _ request: Request, _ route: Route, _ type: ResourceType
    ) throws(StatusError) -> Decision {
        switch request.method {
        case "GET":
            let selection = try Selection(request, route, type)
            let page = try ListPage(request, selection, in: world, oldest: oldestRevision)
            return Decision(answer: .list(page, type))
        case "POST":
            guard !type.isNamespaced || route.namespace != nil else { throw .methodNotAllowed }
            return try create(try body(of: request, type, nil), request, route, type)
        case "DELETE": return try deleteCollection(request, route, type)
        default: throw .methodNotAllowed
        }
    }

    func found(_ key: ObjectKey) throws(StatusError) -> JSONValue {
        guard let object = world[key] else { throw .notFound(key) }
        return object
    }

    private func get(_ key: ObjectKey, _ subresource: String?) throws(StatusError) -> Decision {
        let object = try found(key)
        return Decision(
            answer: subresource == "scale" ? .scale(object) : .stored(object, status: 200))
    }

    // MARK: Writing

    private func create(
        _ body: JSONValue, _ request: Request, _ route: Route, _ type: ResourceType,
        ownership: JSONValue? = nil
    ) throws(StatusError) -> Decision {
        var object = body
        if type.isNamespaced {
            guard object.namespace.isEmpty || object.namespace == route.namespace else {
                throw .badRequest(
                    """
                    the namespace of the provided object does not match the namespace sent on the \
                    request
                    """)
            }
            object.set("metadata", "namespace", to: route.namespace.map(JSONValue.string))
        }
        if object.name.isEmpty, let prefix = object.at("metadata", "generateName")?.string {
            let suffix = Naming.suffix("\(prefix)\(world.revision)\(now.milliseconds)", length: 5)
            object.set("metadata", "name", to: .string(prefix + suffix))
        }
        guard let key = object.key else {
            throw .invalid(
                type, "", field: "metadata.name", "Required value: name or generateName is required"
            )
        }
        if type.isCustom,
            world.object(.definitions, nil, type.definitionName)?.isTerminating == true
        {
            throw .definitionTerminating
        }
        if type.isNamespaced {
            let home = ObjectKey(.namespaces, name: key.namespace)
            if try found(home).isTerminating { throw .terminating(key) }
        }
        // Only who stores looks at this: neither a dry run nor an apply is refused.
        let version = object.at("metadata", "resourceVersion")?.string.flatMap { UInt64($0) }
        guard ownership != nil || request.isDryRun || (version ?? 0) == 0 else {
            throw .revisionOnCreate
        }
        guard world[key] == nil else { throw .alreadyExists(key) }
        try checkFields(object, request, type)
        var limits = NamespaceLimits(world)
        var admitted = try limits.admitted(try admission.created(object, type, now: now))
        try CustomSchema(type, in: world)?.check(admitted)
        if let ownership {
            admitted.set("metadata", "managedFields", to: ownership)
        } else {
            admitted = ManagedFields.tracked(
                admitted, from: nil, by: Writer(request, subresource: nil, now: now), type)
        }
        return Decision(writes: [.put(admitted)], answer: .stored(admitted, status: 201))
    }

    private func update(
        _ key: ObjectKey, _ type: ResourceType, _ subresource: String?, _ request: Request,
        _ change: (JSONValue) throws(StatusError) -> JSONValue
    ) throws(StatusError) -> Decision {
        let old = try found(key)
        let writer = Writer(request, subresource: subresource, now: now)
        if subresource == "scale" {
            let replicas = try change(Scale.of(old)).at("spec", "replicas")?.int ?? 0
            guard replicas >= 0 else {
                throw .invalid(
                    type, key.name, field: "spec.replicas",
                    "Invalid value: \(replicas): must be greater than or equal to 0")
            }
            var new = old
            new.set("spec", "replicas", to: .int(replicas))
            let admitted = try admission.updated(new, from: old, type, subresource: nil)
            let tracked = ManagedFields.tracked(admitted, from: old, by: writer, type)
            return Decision(writes: [.put(tracked)], answer: .scale(tracked))
        }
        let new = try change(old)
        try check(new, replaces: old, key)
        if request.method == "PUT" { try checkFields(new, request, type) }
        let admitted = try admission.updated(new, from: old, type, subresource: subresource)
        try CustomSchema(type, in: world)?.check(admitted)
        try LonghornWebhook.check(admitted, from: old, type, world)
        return stored(ManagedFields.tracked(admitted, from: old, by: writer, type), old, key)
    }

    private func stored(_ new: JSONValue, _ old: JSONValue, _ key: ObjectKey) -> Decision {
        // The last finalizer gone, a terminating object goes with it.
        if new.isTerminating, new.finalizers.isEmpty, !old.finalizers.isEmpty {
            return Decision(writes: [.remove(key)], answer: .stored(new, status: 200))
        }
        return Decision(writes: [.put(new)], answer: .stored(new, status: 200))
    }

    private func applied(
        _ key: ObjectKey, _ type: ResourceType, _ subresource: String?, _ request: Request
    ) throws(StatusError) -> Decision {
        guard subresource != "scale" else { throw .notSimulated("apply to a scale") }
        guard let manager = request.query["fieldManager"], !manager.isEmpty else {
            throw .patchOptions
        }
        let body = try Patch.applied(request)
        guard body.key == key || (body.key?.namespace.isEmpty == true && body.key?.name == key.name)
        else {
            throw .badRequest(
                "the name of the object (\(body.name)) does not match the name on the URL "
                    + "(\(key.name))")
        }
        let apply = ServerSideApply(
            type: type, writer: Writer(request, subresource: subresource, now: now),
            isForced: request.query["force"] == "true")
        guard let old = world[key] else {
            guard body.uid.isEmpty else { throw .foreignUID(body.uid, key) }
            let owned = try apply.result(body, onto: nil)
            return try create(
                body, request, Route(key), type, ownership: owned.at("metadata", "managedFields"))
        }
        let result = try apply.result(body, onto: old)
        let version = body.at("metadata", "resourceVersion")?.string ?? ""
        guard version.isEmpty || version == old.at("metadata", "resourceVersion")?.string else {
            throw .modified(key)
        }
        guard body.uid.isEmpty || body.uid == old.uid else {
            throw .invalid(
                type, key.name, field: "metadata.uid",
                "Invalid value: \"\(body.uid)\": field is immutable")
        }
        var admitted = try admission.updated(result, from: old, type, subresource: subresource)
        admitted.set("metadata", "managedFields", to: result.at("metadata", "managedFields"))
        try CustomSchema(type, in: world)?.check(admitted)
        return stored(admitted, old, key)
    }

    private func check(
        _ new: JSONValue, replaces old: JSONValue, _ key: ObjectKey
    ) throws(StatusError) {
        guard new.key == key else {
            throw .badRequest(
                """
                the name of the object (\(new.name)) does not match the name on the URL \
                (\(key.name))
                """
            )
        }
        let version = new.at("metadata", "resourceVersion")?.string ?? ""
        guard version.isEmpty || version == old.at("metadata", "resourceVersion")?.string else {
            throw .modified(key)
        }
        guard new.uid.isEmpty || new.uid == old.uid else { throw .modified(key) }
    }
}
