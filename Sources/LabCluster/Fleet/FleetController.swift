import JSON

/// Rancher Fleet on the management cluster: GitRepos become Bundles, Bundles
/// become BundleDeployments. What brings those to the downstream cluster is its
/// own `FleetAgent`.
///
/// Each hop takes a round of its own, so that a pause really has to travel
/// GitRepo → Bundle → BundleDeployment → agent. The downstream cluster is one
/// `clusters.fleet.cattle.io` object; targets and overlays are not simulated:
/// every GitRepo of its namespace goes to it.
public final class FleetController: ClusterEngine {
    private let management: Cluster
    private let source: any ManifestSource
    private let git: FleetGit
    private let targets: FleetTargets
    private let loop = EngineLoop()

    /// - Parameters:
    ///   - clusterName: name of the downstream cluster in Fleet.
    ///   - namespace: where its GitRepos and its Cluster object live.
    public init(
        management: Cluster, source: any ManifestSource, clusterName: String,
        namespace: String = "fleet-default"
    ) {
        self.management = management
        self.source = source
        git = FleetGit(namespace: namespace)
        targets = FleetTargets(clusterName: clusterName, namespace: namespace)
    }

    /// Starts its rounds.
    public func start() {
        loop.start(in: management) { [unowned self] in self.round() }
    }

    /// Ends behind the current round.
    public func stop() { loop.stop() }

    /// One round, the last hop first. A closed or full datastore ends a round;
    /// the next one tries again.
    func round(now: Moment = .now) {
        guard FleetNames.works(FleetNames.controller, in: management.world) else { return }
        try? management.update { targets.reconcile($0, now: now) }
        let readings = GitReadings(git.requests(management.world), from: source)
        try? management.update { git.reconcile($0, readings, now: now) }
    }
}
