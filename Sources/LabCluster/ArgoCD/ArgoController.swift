import JSON
import Synchronization

/// Argo CD: Applications follow Git, ApplicationSets make Applications.
///
/// It works while the pods of its components are Ready, and has no memory: what
/// it knows of an application stands in that application's status.
public final class ArgoController: ClusterEngine {
    private let cluster: Cluster
    private let source: any ManifestSource
    private let pace: ArgoPace
    private let loop = EngineLoop()
    /// What the last round saw: the same again changes nothing.
    private let seen = Mutex<(revision: Int, git: GitReadings)?>(nil)

    public init(_ cluster: Cluster, source: any ManifestSource, pace: ArgoPace = ArgoPace()) {
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

    /// One round: first the sets, then each application by itself, on the world
    /// the one before left. A closed or full datastore ends a round.
    func round(now: Moment = .now) {
        let world = cluster.world
        guard ArgoNames.server.isRunning(in: world) else { return }
        let generates = ArgoNames.generator.isRunning(in: world)
        let controls =
            ArgoNames.controller.isRunning(in: world) && ArgoNames.cache.isRunning(in: world)
        let sets = generates ? world.all(.applicationSets) : []
        let applications = controls ? world.all(.applications) : []
        guard !sets.isEmpty || !applications.isEmpty else { return }
        let requests =
            sets.map(ApplicationGenerators.requests)
            + applications.map(ApplicationRound.requests)
        let git = GitReadings(
            requests.reduce(into: []) { $0.formUnion($1) }, from: source,
            refusal: RepositorySecrets(world).refusal)
        guard isNews(world, git, applications, now) else { return }
        for key in sets.compactMap(\.key) {
            update(key) {
                ApplicationSetRound(
                    world: $0, git: git, admission: self.cluster.admission, now: now
                ).reconcile($1)
            }
        }
        for key in applications.compactMap(\.key) {
            update(key) {
                ApplicationRound(
                    world: $0, git: git, admission: self.cluster.admission, pace: self.pace,
                    now: now
                ).reconcile($1)
            }
        }
        seen.withLock { $0 = (world.revision, git) }
    }

    private func update(_ key: ObjectKey, _ decide: (World, JSONValue) -> [Write]) {
        try? cluster.update { world in world[key].map { decide(world, $0) } ?? [] }
    }

    /// Whether anything can have changed since the last round: the world, Git,
    /// or what is due by time.
    private func isNews(
        _ world: World, _ git: GitReadings, _ applications: [JSONValue], _ now: Moment
    ) -> Bool {
        let isSame = seen.withLock {
            $0?.revision == world.revision && $0?.git.hasSameCommits(as: git) == true
        }
        return !isSame
            || applications.contains { application in
                application["operation"] != nil
                    || Moment(application.at("status", "reconciledAt")?.string).map {
                        now >= $0.adding(pace.refresh)
                    } != false
            }
    }
}
