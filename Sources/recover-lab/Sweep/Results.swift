import LabHosts
import Synchronization

/// The kill points still to try, and what came of those that were.
final class Results: Sendable {
    private struct State {
        var open: [KillPoint]
        var results: [(point: KillPoint, result: PointResult)] = []
        var finished = 0
    }

    private let state: Mutex<State>

    init(_ points: [KillPoint]) { state = Mutex(State(open: points.reversed())) }

    /// The next one to try.
    func next() -> KillPoint? { state.withLock { $0.open.popLast() } }

    /// Keeps what came of one.
    func keep(_ point: KillPoint, _ result: PointResult) {
        state.withLock { $0.results.append((point, result)) }
    }

    /// A worker has nothing more to do.
    func finish() { state.withLock { $0.finished += 1 } }

    /// Returns when that many workers have finished.
    func wait(for workers: Int) {
        while state.withLock({ $0.finished < workers }) { Background.sleep(50) }
    }

    /// All results, in the order of the run.
    var all: [(point: KillPoint, result: PointResult)] {
        state.withLock { $0.results }.sorted { $0.point.number < $1.point.number }
    }
}
