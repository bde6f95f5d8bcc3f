import LabCluster
import Synchronization

/// Two failures, then success.
final class Calls: Sendable {
    private let made = Mutex(0)
    var count: Int { made.withLock { $0 } }

    func next() -> ImageState {
        made.withLock { made in
            made += 1
            return made < 3 ? .failed("no \(made)", waits: false) : .ready
        }
    }
}
