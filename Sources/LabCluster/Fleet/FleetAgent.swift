import JSON
import Synchronization

/// The last hop, in the downstream cluster: its agent brings the manifests of
/// each BundleDeployment there, removes what Git no longer names, and reports.
///
/// A paused BundleDeployment is left alone. Drift is put right only where
/// `correctDrift` is on; elsewhere it is reported. While the management cluster
/// is out of reach the agent goes on with what it heard last. What it deployed and
/// that cluster knows nothing of any more, because it was restored by half for
/// instance, it takes away after a while.
public final class FleetAgent: ClusterEngine {
    private let downstream: Cluster
    private let management: @Sendable () -> Cluster?
    private let source: any ManifestSource
    private let home: String
    private let loop = EngineLoop()
    private let collection: Duration
    private let state = Mutex(State())

    private struct State {
        /// The BundleDeployments as they were heard last.
        var heard: [JSONValue] = []
        /// Those the management cluster lost, by name, and since when.
        var orphans: [String: (deployment: JSONValue, since: Moment)] = [:]
    }

    /// - Parameters:
    ///   - management: the management cluster while it can be reached.
    ///   - clusterName: name of the downstream cluster in Fleet.
    ///   - collection: how long what nobody knows stays; in life up to half an hour.
    public init(
        downstream: Cluster, source: any ManifestSource, clusterName: String,
        namespace: String = "fleet-default", collection: Duration = .seconds(15),
        management: @escaping @Sendable () -> Cluster?
    ) {
        self.downstream = downstream
        self.management = management
        self.source = source
        self.collection = collection
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
            for orphan in hear(current, now: now) { collect(orphan, now: now) }
        }
        let deployments = state.withLock { $0.heard }
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

    /// Remembers what is there; returns what has been gone for too long. One
    /// that goes in order is none of these: it was heard to be terminating.
    private func hear(_ current: [JSONValue], now: Moment) -> [JSONValue] {
        let names = Set(current.map(\.name))
        return state.withLock { state in
            for lost in state.heard where !names.contains(lost.name) && !lost.isTerminating {
                state.orphans[lost.name] = (lost, now)
            }
            state.heard = current
            let orphans = state.orphans.filter { !names.contains($0.key) }
            let due = orphans.filter { now >= $0.value.since.adding(collection) }
            state.orphans = orphans.filter { due[$0.key] == nil }
            return due.values.map(\.deployment)
        }
    }

    /// Takes away what an orphan brought, as its deletion would have.
    private func collect(_ orphan: JSONValue, now: Moment) {
        var ended = orphan
        ended.set("metadata", "deletionTimestamp", to: .string(now.text))
        let step = FleetDeployment(deployment: ended, git: GitReadings([], from: source), now: now)
        do {
            try downstream.update { step.decide($0, downstream.admission).0 }
        } catch { state.withLock { $0.orphans[orphan.name] = (orphan, now) } }
    }
}
