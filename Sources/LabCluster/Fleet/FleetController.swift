import Synchronization

/// Rancher Fleet: GitRepos on the management cluster become Bundles, Bundles
/// become BundleDeployments, and the agent brings those to the downstream
/// cluster.
///
/// Each hop takes a round of its own, so that a pause really has to travel
/// GitRepo → Bundle → BundleDeployment → agent. The downstream cluster is one
/// `clusters.fleet.cattle.io` object; targets and overlays are not simulated:
/// every GitRepo of its namespace goes to it.
public final class FleetController: Sendable {
    private let management: Cluster
    private let downstream: Cluster
    private let agent: FleetAgent
    private let git: FleetGit
    private let clusterName: String
    private let fleetNamespace: String
    private let worker = Mutex<Worker?>(nil)

    /// - Parameters:
    ///   - clusterName: name of the downstream cluster in Fleet.
    ///   - namespace: where its GitRepos and its Cluster object live.
    public init(
        management: Cluster, downstream: Cluster, source: any ManifestSource,
        clusterName: String, namespace: String = "fleet-default"
    ) {
        self.management = management
        self.downstream = downstream
        self.clusterName = clusterName
        fleetNamespace = namespace
        git = FleetGit(source: source, namespace: namespace)
        agent = FleetAgent(source: source)
    }

    /// Starts working at the management cluster's pace.
    public func start() {
        let worker = Worker(pace: management.options.pace) { [unowned self] in self.round() }
        worker.start()
        self.worker.withLock { $0 = worker }
    }

    /// Ends behind the current round. Call it before stopping the clusters.
    public func stop() {
        let running = worker.withLock { worker in
            defer { worker = nil }
            return worker
        }
        running?.stop()
    }

    /// One round, the last hop first. A closed or full datastore ends a round;
    /// the next one tries again.
    func round(now: Moment = .now) {
        let targets = FleetTargets(clusterName: clusterName, namespace: fleetNamespace)
        try? agent.round(management: management, downstream: downstream, now: now)
        try? management.update { targets.reconcile($0, now: now) }
        let heads = git.heads(management.world)
        try? management.update { git.reconcile($0, heads: heads, now: now) }
    }
}
