import JSON

/// The operation of an application, one step a round: it starts, brings one wave
/// after the other, and ends.
struct ApplicationSync: Sendable {
    let world: World
    let git: GitReadings
    let admission: Admission
    let pace: ArgoPace
    let now: Moment

    /// The writes beside the application's own, and the application as it is
    /// then; nil while Git was not read for it.
    func step(_ application: JSONValue) -> ([Write], JSONValue)? {
        guard let asked = application["operation"] else { return ([], application) }
        let state = application.at("status", "operationState")
        switch state?["phase"]?.string {
        case "Terminating":
            return ([], ended(application, "Failed", "Operation terminated"))
        case "Running":
            // What was begun goes on, whatever was asked for since: a restored
            // datastore remembers it too.
            guard let operation = state?["operation"] else { break }
            if let again = Moment(state?["finishedAt"]?.string),
                now < again.adding(backoff(state?["retryCount"]?.int ?? 0))
            {
                return ([], application)
            }
            return run(operation, of: application)
        default: break
        }
        var begun = application
        begun.set(
            "status", "operationState",
            to: ["phase": "Running", "operation": asked, "startedAt": .string(now.text)])
        return ([], begun)
    }

    private func backoff(_ retries: Int) -> Duration { pace.step * (1 << min(retries, 5)) }

    private func run(_ operation: JSONValue, of application: JSONValue) -> ([Write], JSONValue)? {
        guard let sync = operation["sync"], sync["dryRun"]?.bool != true,
            (sync["manifests"]?.array ?? []).isEmpty
        else {
            return ([], ended(application, "Error", "only a sync from Git is simulated"))
        }
        var subject = application
        for field in ["source", "sources"] where sync[field] != nil {
            subject.set("spec", field, to: sync[field])
        }
        let revisions =
            sync["revisions"]?.array?.compactMap(\.string)
            ?? sync["revision"]?.string.flatMap { $0.isEmpty ? nil : [$0] }
        switch ApplicationTarget.of(subject, at: revisions, git) {
        case nil: return nil
        case .failure(let failure):
            return ([], failed(application, operation, nil, failure.description))
        case .success(let target):
            return apply(target, sync, operation, application)
        }
    }

    private func apply(
        _ target: ApplicationTarget, _ sync: JSONValue, _ operation: JSONValue,
        _ application: JSONValue
    ) -> ([Write], JSONValue) {
        if let hook = target.manifests.first(where: ApplicationTarget.isHook) {
            return (
                [],
                failed(
                    application, operation, target,
                    "hooks are not simulated: \(hook.kind)/\(hook.name)")
            )
        }
        let chosen = target.manifests.filter { Self.isChosen($0, sync) }
        var applier = Applier(admission, world, now: now)
        applier.makesNamespaces = Self.options(sync).contains("CreateNamespace=true")
        let rules = HealthRules(world, namespace: application.namespace)
        var rows: [JSONValue] = []
        let waves = Set(chosen.map(ApplicationTarget.wave)).sorted()
        for wave in waves {
            for manifest in Applier.ordered(
                chosen.filter { ApplicationTarget.wave($0) == wave })
            {
                do {
                    try apply(manifest, with: &applier)
                    rows.append(row(manifest, "Synced", "\(manifest.kind) configured"))
                } catch {
                    rows.append(row(manifest, "SyncFailed", error.words))
                    return (
                        applier.writes,
                        failed(
                            application, operation, target,
                            "one or more objects failed to apply, reason: \(error.words)", rows)
                    )
                }
            }
            guard wave != waves.last else { break }
            let states = chosen.filter { ApplicationTarget.wave($0) == wave }.compactMap {
                $0.key.flatMap { applier.world[$0] }.flatMap(rules.health)?.state
            }
            switch states.max() ?? .healthy {
            case .healthy: continue
            case .degraded:
                return (
                    applier.writes,
                    failed(
                        application, operation, target,
                        "one or more synchronization tasks completed unsuccessfully", rows)
                )
            default:
                return (applier.writes, waiting(application, target, rows, wave))
            }
        }
        rows += prune(target, sync, application, with: &applier)
        var done = ended(
            withResult(application, target, rows), "Succeeded",
            "successfully synced (all tasks run)")
        remember(target, in: &done)
        return (applier.writes, done)
    }

    private func apply(_ manifest: JSONValue, with applier: inout Applier) throws {
        var manifest = manifest
        let text = manifest.text
        manifest.set("metadata", "annotations", ArgoNames.lastApplied, to: .string(text))
        let live = manifest.key.flatMap { applier.world[$0] }
        try applier.apply(manifest, formers: ApplicationComparison.formers(of: live))
    }

    private func prune(
        _ target: ApplicationTarget, _ sync: JSONValue, _ application: JSONValue,
        with applier: inout Applier
    ) -> [JSONValue] {
        let wanted = Set(target.manifests.compactMap(\.key))
        let surplus = world.tracked(by: application.name).filter { object in
            object.key.map { !wanted.contains($0) } == true && Self.isChosen(object, sync)
                && !object.isTerminating
        }
        return surplus.map { object in
            guard sync["prune"]?.bool == true else {
                return row(object, "PruneSkipped", "ignored (requires pruning)")
            }
            guard !object.hasOption("Prune=false", in: ArgoNames.options) else {
                return row(object, "PruneSkipped", "ignored (no prune)")
            }
            applier.delete([object.key].compactMap(\.self))
            return row(object, "Pruned", "pruned")
        }
    }

    /// A sync may be of some resources only.
    private static func isChosen(_ object: JSONValue, _ sync: JSONValue) -> Bool {
        guard let list = sync["resources"]?.array, !list.isEmpty else { return true }
        let group = object.key?.resource.group ?? ""
        return list.contains { entry in
            entry["kind"]?.string == object.kind && entry["name"]?.string == object.name
                && (entry["group"]?.string ?? "") == group
                && [nil, "", object.namespace].contains(entry["namespace"]?.string)
        }
    }

    /// Only the operation's: who asks for one brings the application's options along.
    private static func options(_ sync: JSONValue) -> [String] {
        sync["syncOptions"]?.array?.compactMap(\.string) ?? []
    }
}
