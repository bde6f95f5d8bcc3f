import JSON
import Synchronization

/// Flux: GitRepositories and Kustomizations, from the real repository. Each of
/// its controllers works while a pod of its own is Ready.
///
/// HelmReleases and every source but Git are refused in their status.
public final class FluxController: ClusterEngine {
    private let cluster: Cluster
    private let source: any ManifestSource
    private let pace: FluxPace
    private let loop = EngineLoop()
    private let queues = Mutex<[String: FluxQueue]>([:])

    public init(_ cluster: Cluster, source: any ManifestSource, pace: FluxPace = FluxPace()) {
        self.cluster = cluster
        self.source = source
        self.pace = pace
    }

    /// Starts its rounds.
    public func start() {
        loop.start(in: cluster) { [unowned self] in self.round() }
    }

    /// Ends behind the current round.
    public func stop() { loop.stop() }

    /// One round: sources, then what is made of them. A closed or full datastore
    /// ends it; the next one tries again.
    func round(now: Moment = .now) {
        with(FluxNames.source) { queue in
            for object in cluster.world.all(.gitRepositories) { fetch(object, &queue, now) }
            for kind in Self.refusedSources { refuse(kind, &queue, now) }
        }
        with(FluxNames.kustomize) { queue in
            for object in cluster.world.all(.kustomizations) { apply(object, &queue, now) }
        }
        with(FluxNames.helm) { queue in refuse(.helmReleases, &queue, now) }
    }

    private static let refusedSources = [
        "buckets", "helmcharts", "helmrepositories", "ocirepositories",
    ].map { ResourceKey(group: "source.toolkit.fluxcd.io", name: $0) }

    /// Lends the memory of the controller in `component`'s pod to `body`.
    private func with(_ component: Component, _ body: (inout FluxQueue) -> Void) {
        guard let pod = component.pods(in: cluster.world).first else { return }
        var queue = queues.withLock { $0[component.name] }
        if queue?.pod != pod.uid { queue = FluxQueue(pod: pod.uid) }
        guard var queue else { return }
        body(&queue)
        queues.withLock { $0[component.name] = queue }
    }

    private func fetch(_ repository: JSONValue, _ queue: inout FluxQueue, _ now: Moment) {
        guard !repository.isTerminating, queue.wants(repository, revision: nil, now: now),
            let key = repository.key
        else { return }
        let git = GitReadings([GitRepositoryRound.request(repository)], from: source)
        let isDone = update(key, like: repository) { world, current in
            GitRepositoryRound(git: git, world: world, now: now).reconcile(current).map {
                [.put($0)]
            }
        }
        guard isDone else { return }
        let interval = pace.interval(
            repository.at("spec", "interval")?.string, or: .seconds(60))
        queue.note(repository, revision: nil, next: interval, now: now)
    }

    private func apply(_ kustomization: JSONValue, _ queue: inout FluxQueue, _ now: Moment) {
        let world = cluster.world
        let revision = KustomizationRound.source(of: kustomization, in: world)?
            .at("status", "artifact", "revision")
        guard queue.wants(kustomization, revision: revision, now: now),
            let key = kustomization.key
        else { return }
        let interval = pace.interval(
            kustomization.at("spec", "interval")?.string, or: .seconds(600))
        let timeout = pace.interval(
            kustomization.at("spec", "timeout")?.string, or: interval * pace.factor)
        let retry = pace.interval(
            kustomization.at("spec", "retryInterval")?.string, or: interval * pace.factor)
        let last = queue.passes[kustomization.uid]
        let isSameWait =
            (kustomization.isSuspended
                || last?.generation == kustomization.at("metadata", "generation"))
            && last?.revision == revision
        let since = (isSameWait ? last?.waitingSince : nil) ?? now
        let git = GitReadings(
            Set(KustomizationRound.requests(kustomization, in: world)), from: source)
        var outcome: KustomizationRound.Outcome?
        let isDone = update(key, like: kustomization) { world, current in
            outcome = KustomizationRound(
                world: world, git: git, admission: cluster.admission, now: now
            ).reconcile(current, hasTime: now < since.adding(timeout))
            return outcome.map { Self.writes($0, key) }
        }
        guard isDone, let outcome else { return }
        let next: Duration =
            if outcome.isWaiting {
                .zero
            } else if outcome.isBlocked {
                pace.interval("30s", or: .zero)
            } else {
                outcome.kustomization.isReady ? interval : retry
            }
        queue.note(
            kustomization, revision: revision, next: next,
            waitingSince: outcome.isWaiting ? since : nil, now: now)
    }

    /// A Kustomization may bring itself: what it brings and what it reports are
    /// one object.
    private static func writes(
        _ outcome: KustomizationRound.Outcome, _ key: ObjectKey
    ) -> [Write] {
        var own = outcome.kustomization
        var others: [Write] = []
        var isGone = false
        for write in outcome.writes {
            switch write {
            case .put(var brought) where brought.key == key:
                brought["status"] = own["status"]
                own = brought
            case .remove(key): isGone = true
            default: others.append(write)
            }
        }
        return others + [isGone ? .remove(key) : .put(own)]
    }

    private func refuse(_ resource: ResourceKey, _ queue: inout FluxQueue, _ now: Moment) {
        for object in cluster.world.all(resource)
        where !object.isTerminating && queue.wants(object, revision: nil, now: now) {
            guard let key = object.key else { continue }
            let isDone = update(key, like: object) { _, current in
                var new = current
                new.noteRequest()
                if !current.isSuspended {
                    new.set(
                        "status", "observedGeneration", to: current.at("metadata", "generation"))
                    new.setReady(
                        "False", "NotSimulated", "a \(object.kind) is not simulated", now: now)
                }
                return [.put(new)]
            }
            if isDone { queue.note(object, revision: nil, next: .seconds(3600), now: now) }
        }
    }

    /// Decides about the object at `key` unless it changed under our hands.
    private func update(
        _ key: ObjectKey, like seen: JSONValue, _ decide: (World, JSONValue) -> [Write]?
    ) -> Bool {
        var isDone = false
        try? cluster.update { world in
            guard let current = world[key],
                current.at("metadata", "generation") == seen.at("metadata", "generation"),
                current.annotations == seen.annotations, let writes = decide(world, current)
            else { return [] }
            isDone = true
            return writes
        }
        return isDone
    }
}
