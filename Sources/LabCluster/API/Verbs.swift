import JSON

/// The API's verbs as pure decisions: the world, a request and the time in, the
/// writes and the answer out.
struct Verbs: Sendable {
    let world: World
    let now: Moment
    let admission: Admission

    /// Decides `request` for `route`.
    func decide(_ request: Request, _ route: Route) throws(StatusError) -> Decision {
        guard let type = ResourceType.of(route.resource), world.serves(type) else {
            throw .noSuchResource
        }
        if let subresource = route.subresource, !type.subresources.contains(subresource) {
            throw .noSuchResource
        }
        guard type.isNamespaced || route.namespace == nil else { throw .noSuchResource }
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
            return try update(key, type, subresource, request) { old throws(StatusError) in
                try Patch(request, type).applied(to: old)
            }
        case ("DELETE", nil): return try delete(key, type, request)
        default: throw .methodNotAllowed
        }
    }

    private func decideCollection(
        _ request: Request, _ route: Route, _ type: ResourceType
    ) throws(StatusError) -> Decision {
        switch request.method {
        case "GET": return try list(request, route, type)
        case "POST":
            guard !type.isNamespaced || route.namespace != nil else { throw .methodNotAllowed }
            return try create(request, route, type)
        case "DELETE": throw .notSimulated("the deletion of collections")
        default: throw .methodNotAllowed
        }
    }

    // MARK: Reading

    private func found(_ key: ObjectKey) throws(StatusError) -> JSONValue {
        guard let object = world[key] else { throw .notFound(key) }
        return object
    }

    private func get(_ key: ObjectKey, _ subresource: String?) throws(StatusError) -> Decision {
        let object = try found(key)
        return Decision(
            answer: subresource == "scale" ? .scale(object) : .stored(object, status: 200))
    }

    private func list(
        _ request: Request, _ route: Route, _ type: ResourceType
    ) throws(StatusError) -> Decision {
        guard !["true", "1"].contains(request.query["watch"] ?? "") else {
            throw .notSimulated("watch")
        }
        let fields = try FieldSelector(request.query["fieldSelector"] ?? "", for: type)
        let text = request.query["labelSelector"] ?? ""
        guard let labels = LabelSelector(text) else {
            throw .badRequest("unable to parse requirement: \(text)")
        }
        let items = world.all(type.key).filter { object in
            (route.namespace == nil || object.namespace == route.namespace)
                && labels.matches(object.labels) && fields.matches(object)
        }
        let list: JSONValue = [
            "kind": .string(type.kind + "List"), "apiVersion": .string(type.apiVersion),
            "metadata": ["resourceVersion": .string(String(world.revision))],
            "items": .array(type.isCustom ? items : items.map(Self.listed)),
        ]
        return Decision(answer: .document(list, status: 200))
    }

    /// Items of built-in lists do not repeat their kind.
    private static func listed(_ object: JSONValue) -> JSONValue {
        .object((object.object ?? [:]).filter { $0.key != "kind" && $0.key != "apiVersion" })
    }

    // MARK: Writing

    private func create(
        _ request: Request, _ route: Route, _ type: ResourceType
    ) throws(StatusError) -> Decision {
        var object = try body(of: request, type, nil)
        if type.isNamespaced {
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
        if type.isNamespaced {
            let home = ObjectKey(.namespaces, name: key.namespace)
            if try found(home).isTerminating { throw .terminating(key) }
        }
        guard world[key] == nil else { throw .alreadyExists(key) }
        var limits = NamespaceLimits(world)
        let admitted = try limits.admitted(try admission.created(object, type, now: now))
        return Decision(writes: [.put(admitted)], answer: .stored(admitted, status: 201))
    }

    private func update(
        _ key: ObjectKey, _ type: ResourceType, _ subresource: String?, _ request: Request,
        _ change: (JSONValue) throws(StatusError) -> JSONValue
    ) throws(StatusError) -> Decision {
        let old = try found(key)
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
            return Decision(writes: [.put(admitted)], answer: .scale(admitted))
        }
        let new = try change(old)
        try check(new, replaces: old, key)
        let admitted = try admission.updated(new, from: old, type, subresource: subresource)
        try LonghornWebhook.check(admitted, from: old, type, world)
        // The last finalizer gone, a terminating object goes with it.
        if admitted.isTerminating, admitted.finalizers.isEmpty, !old.finalizers.isEmpty {
            return Decision(writes: [.remove(key)], answer: .stored(admitted, status: 200))
        }
        return Decision(writes: [.put(admitted)], answer: .stored(admitted, status: 200))
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

    private func body(
        of request: Request, _ type: ResourceType, _ subresource: String?
    ) throws(StatusError) -> JSONValue {
        // A missing type counts as JSON, as on a real server.
        guard request.contentType.isEmpty || request.contentType == "application/json" else {
            throw .unsupportedMedia(["application/json"])
        }
        guard let body = try? JSONValue(parsing: request.body), body.object != nil else {
            throw .badRequest(
                "the object provided is unrecognized (must be of type \(type.kind)): not JSON")
        }
        guard
            subresource == "scale"
                || (body.kind == type.kind && body["apiVersion"]?.string == type.apiVersion)
        else {
            throw .badRequest(
                """
                \(body.kind) in version "\(body["apiVersion"]?.string ?? "")" cannot be handled as \
                a \(type.kind): the object provided is not a \(type.kind)
                """)
        }
        return body
    }

    // MARK: Deleting

    private func delete(
        _ key: ObjectKey, _ type: ResourceType, _ request: Request
    ) throws(StatusError) -> Decision {
        let object = try found(key)
        let options = try Self.options(request)
        try check(options, against: object, type, key)
        let doomed = Deletion.writes(
            of: object, grace: options["gracePeriodSeconds"]?.int, now: now)
        var writes = doomed
        if options["propagationPolicy"]?.string == "Orphan" {
            writes = Deletion.orphaned(by: object, in: world).map(Write.put) + doomed
        }
        if case .put(let marked)? = doomed.first {
            return Decision(writes: writes, answer: .stored(marked, status: 200))
        }
        if doomed.isEmpty || type.key == .pods {
            var gone = object
            if !doomed.isEmpty {
                gone.set("metadata", "deletionTimestamp", to: .string(now.text))
                gone.set("metadata", "deletionGracePeriodSeconds", to: 0)
            }
            return Decision(writes: writes, answer: .document(gone, status: 200))
        }
        var details: JSONValue = [
            "name": .string(key.name), "kind": .string(key.resource.name),
            "uid": .string(object.uid),
        ]
        if !key.resource.group.isEmpty { details["group"] = .string(key.resource.group) }
        let status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success",
            "details": details,
        ]
        return Decision(writes: writes, answer: .document(status, status: 200))
    }

    private func check(
        _ options: JSONValue, against object: JSONValue, _ type: ResourceType, _ key: ObjectKey
    ) throws(StatusError) {
        if let wanted = options.at("preconditions", "uid")?.string, wanted != object.uid {
            throw .uidMismatch(type, key, wanted: wanted, found: object.uid)
        }
        if let wanted = options.at("preconditions", "resourceVersion")?.string,
            wanted != object.at("metadata", "resourceVersion")?.string
        {
            throw .modified(key)
        }
    }

    private static func options(_ request: Request) throws(StatusError) -> JSONValue {
        var options: JSONValue = [:]
        if !request.body.isEmpty {
            guard let body = try? JSONValue(parsing: request.body), body.object != nil else {
                throw .badRequest("the body of a deletion is no DeleteOptions object")
            }
            options = body
        }
        if let grace = request.query["gracePeriodSeconds"].flatMap({ Int($0) }) {
            options["gracePeriodSeconds"] = .int(grace)
        }
        if let policy = request.query["propagationPolicy"] {
            options["propagationPolicy"] = .string(policy)
        }
        return options
    }

    private func evict(_ key: ObjectKey, _ request: Request) throws(StatusError) -> Decision {
        let pod = try found(key)
        let grace = (try? JSONValue(parsing: request.body))?.at(
            "deleteOptions", "gracePeriodSeconds")?.int
        let status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201,
        ]
        return Decision(
            writes: try BudgetedEviction(world: world, now: now).writes(pod, grace: grace),
            answer: .document(status, status: 201))
    }
}
