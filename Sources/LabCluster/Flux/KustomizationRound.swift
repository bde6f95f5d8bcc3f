import JSON

/// One pass of the kustomize-controller over one Kustomization.
struct KustomizationRound: Sendable {
    let world: World
    let git: GitReadings
    let admission: Admission
    let now: Moment

    /// What a pass leaves.
    struct Outcome {
        var writes: [Write] = []
        var kustomization: JSONValue
        /// What it applied is not healthy yet.
        var isWaiting = false
        /// It waits for another, not for its own interval.
        var isBlocked = false
    }

    /// The GitRepository it reads.
    static func source(of kustomization: JSONValue, in world: World) -> JSONValue? {
        let reference = kustomization.at("spec", "sourceRef")
        guard reference?["kind"]?.string == "GitRepository" else { return nil }
        return world.object(
            .gitRepositories, reference?["namespace"]?.string ?? kustomization.namespace,
            reference?["name"]?.string ?? "")
    }

    /// What Git has to be read for: what it is to apply and what it applied.
    static func requests(_ kustomization: JSONValue, in world: World) -> [GitReadings.Request] {
        let source = source(of: kustomization, in: world)
        let revisions = [
            source?.at("status", "artifact", "revision"),
            kustomization.at("status", "lastAppliedRevision"),
            kustomization.at("status", "lastAttemptedRevision"),
        ]
        return revisions.compactMap { $0?.string }.map {
            GitReadings.Request(
                repository: source?.at("spec", "url")?.string ?? "",
                revision: GitRepositoryRound.commit(in: $0))
        }
    }

    /// - Parameter hasTime: whether it may wait longer for what it applied.
    func reconcile(_ kustomization: JSONValue, hasTime: Bool) -> Outcome? {
        var new = kustomization
        guard !kustomization.isTerminating else { return finalized(kustomization) }
        // By itself, and first: what it brings may be itself.
        guard new.finalizers.contains(FluxNames.finalizer) else {
            new.set("metadata", "finalizers", to: .array(new.finalizers + [FluxNames.finalizer]))
            return Outcome(kustomization: new, isWaiting: true)
        }
        guard !kustomization.isSuspended else { return suspended(kustomization, hasTime) }
        guard let source = Self.source(of: kustomization, in: world) else {
            let name = kustomization.at("spec", "sourceRef", "name")?.string ?? ""
            return failed(new, "ArtifactFailed", "Source '\(name)' not found", isBlocked: true)
        }
        guard let revision = source.at("status", "artifact", "revision")?.string else {
            return failed(
                new, "ArtifactFailed", "Source artifact not found, retrying", isBlocked: true)
        }
        if let words = unmetDependency(of: kustomization, revision) {
            return failed(new, "DependencyNotReady", words, isBlocked: true)
        }
        new.set("status", "lastAttemptedRevision", to: .string(revision))
        do throws(RenderFailure) {
            guard let wanted = try manifests(of: kustomization, source, revision) else {
                return nil
            }
            return apply(wanted, formers(of: kustomization, source), new, revision, hasTime)
        } catch { return failed(new, "BuildFailed", error.description) }
    }

    /// No pass begins; one that waits for health goes on to its end.
    private func suspended(_ kustomization: JSONValue, _ hasTime: Bool) -> Outcome? {
        var new = kustomization
        guard kustomization.condition("Reconciling")?["reason"] == "Progressing",
            let source = Self.source(of: kustomization, in: world),
            let revision = kustomization.at("status", "lastAttemptedRevision")?.string
        else {
            heard(&new)
            return Outcome(kustomization: new)
        }
        guard let wanted = try? manifests(of: kustomization, source, revision) else { return nil }
        return checked(new, wanted, Applier(admission, world, now: now), revision, hasTime)
    }

    /// The request was heard: at the end of every pass, in suspension as well.
    private func heard(_ kustomization: inout JSONValue) {
        kustomization.noteRequest()
        if kustomization.isReady {
            kustomization.set(
                "status", "observedGeneration", to: kustomization.at("metadata", "generation"))
        }
    }

    private func failed(
        _ kustomization: JSONValue, _ reason: String, _ words: String, isBlocked: Bool = false,
        writes: [Write] = []
    ) -> Outcome {
        var new = kustomization
        new.setReady("False", reason, words, now: now)
        // It says on what it was at work when it failed.
        if let phase = new.condition("Reconciling")?["message"]?.string {
            new.setFluxCondition("Reconciling", "True", "ProgressingWithRetry", phase, now: now)
        }
        heard(&new)
        return Outcome(writes: writes, kustomization: new, isBlocked: isBlocked)
    }

    private func unmetDependency(of kustomization: JSONValue, _ revision: String) -> String? {
        for entry in kustomization.at("spec", "dependsOn")?.array ?? [] {
            let namespace = entry["namespace"]?.string ?? kustomization.namespace
            let name = "'\(namespace)/\(entry["name"]?.string ?? "")'"
            guard entry["readyExpr"] == nil else { return "readyExpr of \(name) is not simulated" }
            guard
                let other = world.object(
                    .kustomizations, namespace, entry["name"]?.string ?? "")
            else { return "dependency \(name) not found" }
            guard other.isReady,
                other.at("status", "observedGeneration") == other.at("metadata", "generation")
            else { return "dependency \(name) is not ready" }
            let isSameSource =
                Self.source(of: other, in: world)?.uid
                == Self.source(of: kustomization, in: world)?.uid
            guard !isSameSource || other.at("status", "lastAppliedRevision")?.string == revision
            else { return "dependency \(name) revision is not up to date" }
        }
        return nil
    }

    // MARK: What Git wants

    private func manifests(
        of kustomization: JSONValue, _ source: JSONValue, _ revision: String
    ) throws(RenderFailure) -> [JSONValue]? {
        let simulated: Set = [
            "interval", "retryInterval", "timeout", "path", "prune", "sourceRef", "suspend",
            "dependsOn", "wait", "healthChecks", "force", "targetNamespace", "deletionPolicy",
        ]
        if let other = (kustomization["spec"]?.object ?? [:]).keys.sorted().first(where: {
            !simulated.contains($0)
        }) {
            throw RenderFailure("spec.\(other) is not simulated")
        }
        let url = source.at("spec", "url")?.string ?? ""
        let commit = GitRepositoryRound.commit(in: revision)
        guard let tree = git.tree(url, commit) else {
            guard case .failure(let failure)? = git.commit(url, commit) else { return nil }
            throw failure
        }
        let objects = try Rendering(tree: tree.get(), manner: .deep)
            .objects(at: kustomization.at("spec", "path")?.string ?? ".")
        let target = kustomization.at("spec", "targetNamespace")?.string
        return objects.map { owned($0, kustomization, target) }
    }

    /// A target namespace overrides the one of every object.
    private func owned(
        _ object: JSONValue, _ kustomization: JSONValue, _ target: String?
    ) -> JSONValue {
        var object = object
        if let target { object.set("metadata", "namespace", to: .string(target)) }
        object = Applier.placed(object, in: "default")
        object.set(
            "metadata", "labels", FluxNames.ownerName, to: .string(kustomization.name))
        object.set(
            "metadata", "labels", FluxNames.ownerNamespace, to: .string(kustomization.namespace))
        return object
    }

    /// What earlier passes applied, whether they ended well or not.
    private func formers(of kustomization: JSONValue, _ source: JSONValue) -> [JSONValue] {
        let revisions = ["lastAppliedRevision", "lastAttemptedRevision"].compactMap {
            kustomization.at("status", $0)?.string
        }
        return Set(revisions).sorted().flatMap {
            (try? manifests(of: kustomization, source, $0)) ?? []
        }
    }

    // MARK: Apply

    private func apply(
        _ wanted: [JSONValue], _ formers: [JSONValue], _ kustomization: JSONValue,
        _ revision: String, _ hasTime: Bool
    ) -> Outcome {
        var new = kustomization
        var applier = Applier(admission, world, now: now)
        applier.takesOverKubectl = true
        applier.recreates = kustomization.at("spec", "force")?.bool == true
        for manifest in Applier.ordered(wanted) {
            let live = manifest.key.flatMap { applier.world[$0] }
            let marks = [manifest, live].compactMap(\.self)
            if marks.contains(where: {
                $0.says("reconcile", "disabled") || $0.says("ssa", "Ignore")
            })
                || (live != nil && manifest.says("ssa", "IfNotPresent"))
            {
                continue
            }
            let former = formers.filter { $0.key == manifest.key }
            do { try applier.apply(manifest, formers: former) } catch {
                let name = "\(manifest.kind)/\(manifest.namespace)/\(manifest.name)"
                return failed(
                    new, "ReconciliationFailed", "\(name) dry-run failed: \(error.words)",
                    writes: applier.writes)
            }
        }
        let inventory = FluxInventory(wanted)
        let stale = FluxInventory(kustomization).keys.filter { !inventory.keys.contains($0) }
        new.set("status", "inventory", to: inventory.json)
        if kustomization.at("spec", "prune")?.bool == true {
            applier.delete(prunable(stale, by: kustomization))
        }
        return checked(new, wanted, applier, revision, hasTime)
    }

    /// Only what still is its own, and does not refuse.
    private func prunable(_ keys: [ObjectKey], by kustomization: JSONValue) -> [ObjectKey] {
        keys.filter { key in
            guard let object = world[key] else { return false }
            return object.label(FluxNames.ownerName) == kustomization.name
                && object.label(FluxNames.ownerNamespace) == kustomization.namespace
                && !object.says("prune", "disabled") && !object.says("reconcile", "disabled")
                && !object.says("ssa", "Ignore") && !object.isTerminating
        }
    }

    // MARK: Health

    private func checked(
        _ kustomization: JSONValue, _ wanted: [JSONValue], _ applier: Applier,
        _ revision: String, _ hasTime: Bool
    ) -> Outcome {
        var new = kustomization
        let ill = unhealthy(kustomization, wanted, in: applier.world)
        guard ill.isEmpty else {
            guard hasTime else {
                let words =
                    "timeout waiting for: [\(ill.joined(separator: ", "))]"
                new.setFluxCondition("Healthy", "False", "HealthCheckFailed", words, now: now)
                return failed(new, "HealthCheckFailed", words, writes: applier.writes)
            }
            let limit = kustomization.at("spec", "timeout") ?? kustomization.at("spec", "interval")
            let words =
                "Running health checks for revision \(revision) with a timeout of \(limit?.string ?? "10m0s")"
            new.setReady("Unknown", "Progressing", "Reconciliation in progress", now: now)
            new.setFluxCondition("Reconciling", "True", "Progressing", words, now: now)
            new.setFluxCondition("Healthy", "Unknown", "Progressing", words, now: now)
            return Outcome(writes: applier.writes, kustomization: new, isWaiting: true)
        }
        if checks(kustomization) {
            new.setFluxCondition(
                "Healthy", "True", "Succeeded", "Health check passed", now: now)
        } else {
            new.removeCondition("Healthy")
        }
        new.removeCondition("Reconciling")
        new.set("status", "lastAppliedRevision", to: .string(revision))
        new.setReady(
            "True", "ReconciliationSucceeded", "Applied revision: \(revision)", now: now)
        heard(&new)
        return Outcome(writes: applier.writes, kustomization: new)
    }

    // MARK: Deletion

    /// What it brought goes with it, unless it is suspended or does not prune.
    private func finalized(_ kustomization: JSONValue) -> Outcome? {
        guard let key = kustomization.key, kustomization.finalizers.contains(FluxNames.finalizer)
        else { return nil }
        var applier = Applier(admission, world, now: now)
        let policy = kustomization.at("spec", "deletionPolicy")?.string ?? "MirrorPrune"
        let deletes =
            policy == "MirrorPrune"
            ? kustomization.at("spec", "prune")?.bool == true : policy != "Orphan"
        if deletes, !kustomization.isSuspended {
            applier.delete(prunable(FluxInventory(kustomization).keys, by: kustomization))
        }
        var freed = kustomization
        let others = freed.finalizers.filter { $0 != FluxNames.finalizer }
        freed.set("metadata", "finalizers", to: others.isEmpty ? nil : .array(others))
        let end: [Write] = others.isEmpty ? [.remove(key)] : []
        return Outcome(writes: applier.writes + end, kustomization: freed)
    }
}
