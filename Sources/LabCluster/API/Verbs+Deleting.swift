import JSON

extension Verbs {
    func delete(
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

    /// Everything a selection holds; the answer is the list as it was.
    func deleteCollection(
        _ request: Request, _ route: Route, _ type: ResourceType
    ) throws(StatusError) -> Decision {
        // A real server refuses this for the one type too.
        guard type.key != .namespaces, !type.isNamespaced || route.namespace != nil else {
            throw .methodNotAllowed
        }
        let options = try Self.options(request)
        let selection = try Selection(request, route, type)
        let page = try ListPage(request, selection, in: world, oldest: oldestRevision)
        let writes = page.items.flatMap { object -> [Write] in
            let orphaned =
                options["propagationPolicy"]?.string == "Orphan"
                ? Deletion.orphaned(by: object, in: world).map(Write.put) : []
            return orphaned
                + Deletion.writes(
                    of: object, grace: options["gracePeriodSeconds"]?.int, now: now)
        }
        return Decision(writes: writes, answer: .list(page, type))
    }

    private func check(
        _ options: JSONValue, against object: JSONValue, _ type: ResourceType, _ key: ObjectKey
    ) throws(StatusError) {
        if let wanted = options.at("preconditions", "uid")?.string, wanted != object.uid {
            throw .precondition(type, key, "UID", wanted: wanted, found: object.uid)
        }
        let found = object.at("metadata", "resourceVersion")?.string ?? ""
        if let wanted = options.at("preconditions", "resourceVersion")?.string, wanted != found {
            throw .precondition(type, key, "ResourceVersion", wanted: wanted, found: found)
        }
    }

    private static func options(_ request: Request) throws(StatusError) -> JSONValue {
        var options: JSONValue = [:]
        if !request.body.isEmpty { options = try Body.read(request, expected: "DeleteOptions") }
        if let grace = request.query["gracePeriodSeconds"].flatMap({ Int($0) }) {
            options["gracePeriodSeconds"] = .int(grace)
        }
        if let policy = request.query["propagationPolicy"] {
            options["propagationPolicy"] = .string(policy)
        }
        return options
    }

    func evict(_ key: ObjectKey, _ request: Request) throws(StatusError) -> Decision {
        let pod = try found(key)
        let body = try Body.read(request, expected: "Eviction")
        try check(body["deleteOptions"] ?? [:], against: pod, try type(of: Route(key)), key)
        let isDry = body.at("deleteOptions", "dryRun")?.array?.contains("All") == true
        let status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201,
        ]
        let writes = try BudgetedEviction(world: world, now: now).writes(
            pod, grace: body.at("deleteOptions", "gracePeriodSeconds")?.int)
        return Decision(writes: isDry ? [] : writes, answer: .document(status, status: 201))
    }
}
