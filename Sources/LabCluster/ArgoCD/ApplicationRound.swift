import JSON

/// One application, one round: what the application controller decides.
struct ApplicationRound: Sendable {
    let world: World
    let git: GitReadings
    let admission: Admission
    let pace: ArgoPace
    let now: Moment

    /// What Git has to be read for.
    static func requests(_ application: JSONValue) -> Set<GitReadings.Request> {
        let known: [JSONValue?] = [
            application.at("status", "sync"), application.at("operation", "sync"),
            application.at("status", "operationState", "operation", "sync"),
        ]
        let sources = ApplicationSource.all(of: application)
        var requests = Set(
            sources.map {
                GitReadings.Request(repository: $0.repository, revision: $0.revision)
            })
        for entry in known.compactMap(\.self) {
            let revisions = entry["revisions"]?.array ?? [entry["revision"] ?? ""]
            for (index, source) in sources.enumerated() where revisions.indices.contains(index) {
                guard let revision = revisions[index].string, !revision.isEmpty else { continue }
                requests.insert(
                    GitReadings.Request(repository: source.repository, revision: revision))
            }
        }
        return requests
    }

    func reconcile(_ application: JSONValue) -> [Write] {
        guard application.annotations[ArgoNames.skip]?.string != "true" else { return [] }
        guard !application.isTerminating else { return finalize(application) }
        let sync = ApplicationSync(
            world: world, git: git, admission: admission, pace: pace, now: now)
        guard let (writes, stepped) = sync.step(application) else { return [] }
        // The set may hold the application itself.
        let own = application.key
        let brought = writes.reduce(application) { known, write in
            if case .put(let object) = write, object.key == own { object } else { known }
        }
        let others = writes.filter { write in
            if case .put(let object) = write { object.key != own } else { true }
        }
        guard stepped == application else {
            var result = brought
            result["status"] = stepped["status"]
            result["operation"] = stepped["operation"]
            return others + [.put(result)]
        }
        return [.put(refreshed(application))]
    }

    // MARK: Deletion

    /// With the finalizer everything it brought goes first, claims included, and
    /// what is not to be pruned. Definitions stay, and what says so.
    private func finalize(_ application: JSONValue) -> [Write] {
        guard let key = application.key else { return [] }
        let mine = application.finalizers.filter {
            ($0.string ?? "").hasPrefix(ArgoNames.finalizer)
        }
        guard !mine.isEmpty else { return [] }
        let left = world.tracked(by: application.name).filter {
            $0.key != key && $0.kind != "CustomResourceDefinition"
                && !$0.hasOption("Delete=false", in: ArgoNames.options)
                && $0.annotations["helm.sh/resource-policy"]?.string != "keep"
        }
        guard left.isEmpty else {
            var applier = Applier(admission, world, now: now)
            applier.delete(left.filter { !$0.isTerminating }.compactMap(\.key))
            return applier.writes
        }
        let others = application.finalizers.filter { !mine.contains($0) }
        guard !others.isEmpty else { return [.remove(key)] }
        var freed = application
        freed.set("metadata", "finalizers", to: .array(others))
        return [.put(freed)]
    }

    // MARK: Comparison

    /// Whether the branch is looked at again, or only what is known compared.
    private func isLookDue(_ application: JSONValue) -> Bool {
        guard application.annotations[ArgoNames.refresh] == nil,
            let last = Moment(application.at("status", "reconciledAt")?.string),
            now < last.adding(pace.refresh),
            application.at("status", "sync", "comparedTo") == Self.comparedTo(application)
        else { return true }
        let end = Moment(application.at("status", "operationState", "finishedAt")?.string)
        return application["operation"] == nil && end.map { $0 >= last } == true
    }

    private static func comparedTo(_ application: JSONValue) -> JSONValue {
        var compared: JSONValue = ["destination": application.at("spec", "destination") ?? [:]]
        let field = ApplicationSource.areMany(in: application) ? "sources" : "source"
        compared[field] = application.at("spec", field)
        return compared
    }

    private func refreshed(_ application: JSONValue) -> JSONValue {
        let looks = isLookDue(application)
        let status = application.at("status", "sync")
        let known =
            status?["revisions"]?.array?.compactMap(\.string)
            ?? status?["revision"]?.string.map { [$0] }
        // What could not be rendered is not tried again before the next look.
        guard looks || known != nil else { return application }
        guard let read = ApplicationTarget.of(application, at: looks ? nil : known, git) else {
            return application
        }
        var new = application
        switch obstacle(application).map(Result.failure) ?? read {
        case .failure(let failure):
            guard looks || status == nil else { return application }
            new.set(
                "status", "sync",
                to: ["status": "Unknown", "comparedTo": Self.comparedTo(application)])
            setCondition("ComparisonError", failure.description, in: &new)
        case .success(let target):
            let comparison = ApplicationComparison(
                application, target, world, admission, now: now)
            report(comparison, in: &new)
            let decision = AutoSync(pace: pace, now: now).decide(new, comparison)
            var blocked: String?
            if case .sync(let operation) = decision { new["operation"] = operation }
            if case .blocked(let words) = decision { blocked = words }
            setCondition("ComparisonError", nil, in: &new)
            setCondition("SyncError", blocked, in: &new)
        }
        if looks {
            new.set("status", "reconciledAt", to: .string(now.text))
            new.set("metadata", "annotations", ArgoNames.refresh, to: nil)
            if new.annotations.isEmpty { new.set("metadata", "annotations", to: nil) }
        }
        return new
    }

    private func report(_ comparison: ApplicationComparison, in new: inout JSONValue) {
        var sync: JSONValue = [
            "status": comparison.isSynced ? "Synced" : "OutOfSync",
            "comparedTo": Self.comparedTo(new),
        ]
        ApplicationSync.set(&sync, comparison.target.commits, of: new)
        sync["source"] = nil
        sync["sources"] = nil
        new.set("status", "sync", to: sync)
        let health = comparison.health.rawValue
        if new.at("status", "health", "status")?.string != health {
            new.set("status", "health", to: ["status": .string(health)])
            new.set("status", "health", "lastTransitionTime", to: .string(now.text))
        }
        new.set("status", "resources", to: comparison.report)
        new.set("status", "sourceType", to: "Directory")
    }

    /// What of the application's own settings is not simulated.
    private func obstacle(_ application: JSONValue) -> RenderFailure? {
        let destination = application.at("spec", "destination")
        let server = destination?["server"]?.string ?? destination?["name"]?.string ?? ""
        guard ["https://kubernetes.default.svc", "in-cluster"].contains(server) else {
            return RenderFailure("a destination other than this cluster is not simulated")
        }
        guard (application.at("spec", "ignoreDifferences")?.array ?? []).isEmpty else {
            return RenderFailure("ignoreDifferences is not simulated")
        }
        return nil
    }

    private func setCondition(_ type: String, _ message: String?, in new: inout JSONValue) {
        var conditions = new.at("status", "conditions")?.array ?? []
        let old = conditions.first { $0["type"]?.string == type }
        guard old?["message"]?.string != message else { return }
        conditions.removeAll { $0["type"]?.string == type }
        if let message {
            conditions.append([
                "type": .string(type), "message": .string(message),
                "lastTransitionTime": .string(now.text),
            ])
        }
        new.set("status", "conditions", to: conditions.isEmpty ? nil : .array(conditions))
    }
}
