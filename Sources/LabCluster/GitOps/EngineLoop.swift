import Synchronization

/// The thread an engine's rounds run on.
final class EngineLoop: Sendable {
    private let worker = Mutex<Worker?>(nil)

    /// Runs `round` over and over, at the cluster's pace and when it changed;
    /// whoever starts it stops it.
    func start(in cluster: Cluster, _ round: @escaping @Sendable () -> Void) {
        let worker = Worker(
            pace: { cluster.pace }, revision: { cluster.revision }, body: round)
        worker.start()
        self.worker.withLock { $0 = worker }
    }

    /// Ends behind the current round.
    func stop() {
        let running = worker.withLock { worker in
            defer { worker = nil }
            return worker
        }
        running?.stop()
    }
}

/// A GitOps engine or a controller beside it, running in a cluster.
public protocol ClusterEngine: Sendable {
    /// Starts working, at the cluster's pace.
    func start()
    /// Ends behind the current round. Call it before stopping its cluster.
    func stop()
}
