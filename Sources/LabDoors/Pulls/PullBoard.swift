internal import LabCluster
internal import LabHosts
import Synchronization

/// The container runtimes of all machines: kubelets ask it, a thread of its
/// own looks into the nodes' files and pulls.
final class PullBoard: NodeImages {
    /// Time between two attempts: the first one, doubled up to the last.
    struct Pace: Sendable {
        var first: Duration = .seconds(1)
        var last: Duration = .seconds(8)
    }

    private struct Entry {
        var state: ImageState = .pulling
        var attempts = 0
        var next: ContinuousClock.Instant?
        var asked: ContinuousClock.Instant
    }

    private let pace: Mutex<Pace>
    private let pull: @Sendable (ImageRequest) -> ImageState
    private let entries = Mutex<[ImageRequest: Entry]>([:])

    /// `pull` does the work of one request, on the thread that calls `round`.
    init(pace: Pace = Pace(), pull: @escaping @Sendable (ImageRequest) -> ImageState) {
        self.pace = Mutex(pace)
        self.pull = pull
    }

    /// From the next attempt on.
    func set(_ pace: Pace) { self.pace.withLock { $0 = pace } }

    func state(_ request: ImageRequest) -> ImageState {
        entries.withLock { entries in
            let now = ContinuousClock.now
            entries[request, default: Entry(asked: now)].asked = now
            return entries[request]?.state ?? .pulling
        }
    }

    /// Does what is due, and forgets what nobody has asked for in a minute.
    func round(now: ContinuousClock.Instant = .now) {
        let due = entries.withLock { entries -> [ImageRequest] in
            entries = entries.filter { now - $0.value.asked < .seconds(60) }
            return entries.filter { request, entry in
                switch entry.state {
                case .ready: false
                default: entry.next.map { $0 <= now } ?? true
                }
            }.map(\.key)
        }
        for request in due {
            let state = pull(request)
            entries.withLock { entries in
                guard var entry = entries[request] else { return }
                settle(&entry, state, now)
                entries[request] = entry
            }
        }
    }

    /// A failure shows as itself for one attempt, then as waiting.
    private func settle(_ entry: inout Entry, _ state: ImageState, _ now: ContinuousClock.Instant) {
        let pace = pace.withLock { $0 }
        guard case .failed(let error, _) = state else {
            entry.state = state
            entry.next = now + pace.first
            return
        }
        entry.state = .failed(error, waits: entry.attempts > 0)
        let factor = 1 << min(entry.attempts, 10)
        entry.next = now + min(pace.first * factor, pace.last)
        entry.attempts += 1
    }

    /// Forgets a pod's image, so that the next start looks again.
    func forget(node: String) {
        entries.withLock { $0 = $0.filter { $0.key.node != node } }
    }
}
