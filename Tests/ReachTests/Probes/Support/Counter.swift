import Synchronization

/// Counts calls.
final class Counter: Sendable {
    private let count = Mutex(0)

    /// 0, 1, 2, …
    func next() -> Int {
        count.withLock { count in
            count += 1
            return count - 1
        }
    }
}
