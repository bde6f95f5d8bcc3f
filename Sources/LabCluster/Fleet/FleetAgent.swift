import JSON
import Synchronization

/// The last hop, in the downstream cluster: its agent brings the manifests of
/// each BundleDeployment there, removes what Git no longer names, and reports.
///
/// A paused BundleDeployment is left alone. Drift is put right only where
/// `correctDrift` is on; elsewhere it is reported. While the management cluster
/// is out of reach the agent goes on with what it heard last.
public final class FleetAgent: ClusterEngine {
    private let downstream: Cluster
    private let management: @Sendable () -> Cluster?
    private let source: any ManifestSource
    private let home: String
    private let loop = EngineLoop()
    /// The BundleDeployments as they were heard last.
    private let heard = Mutex<[JSONValue]>([])

    /// - Parameters:
    ///   - management: the management cluster while it can be reached.
    ///   - clusterName: name of the downstream cluster in Fleet.
    public init(
        downstream: Cluster, source: any ManifestSource, clusterName: String,
        namespace: String = "fleet-default", management: @escaping @Sendable () -> Cluster?
    ) {
        self.downstream = downstream
        self.management = management
        self.source = source
        home = FleetNames.home(of: clusterName, in: namespace)
    }

    /// Starts its rounds.
    public func start() {
        loop.start(in: downstream) { [unowned self] in self.round() }
    }

    /// Ends behind the current round.
    public func stop() { loop.stop() }

    func round(now: Moment = .now) {
        guard FleetNames.works(FleetNames.agent, in: downstream.world) else { return }
        let management = management()
        if let management {
            let current = management.world.all(.bundleDeployments).filter { $0.namespace == home }
            heard.withLock { $0 = current }
        }
        let deployments = heard.withLock(\.self)
        let git = GitReadings(
            Set(deployments.flatMap(FleetDeployment.requests)), from: source)
        for deployment in deployments where deployment.isTerminating || !deployment.isPaused {
            let step = FleetDeployment(deployment: deployment, git: git, now: now)
            var report: FleetDeployment.Report?
            try? downstream.update { world in
                let (writes, found) = step.decide(world, downstream.admission)
                report = found
                return writes
            }
            guard let report, let key = deployment.key, let management else { continue }
            try? management.update { world in
                // It may have been paused or deleted meanwhile: only the status
                // is written.
                guard let current = world[key] else { return [] }
                return [
                    deployment.isTerminating ? .remove(key) : .put(step.status(of: current, report))
                ]
            }
        }
    }
}
