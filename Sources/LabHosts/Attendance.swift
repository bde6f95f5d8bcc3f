import Synchronization

/// What the world still does for the processes of a machine's units, by their
/// invocation.
///
/// A server's process may be gone while its datastore is still being closed.
/// Its unit has stopped only when that is done: who copies the files of a
/// stopped server shall find them whole.
final class Attendance: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    /// Does something for the process that brought `invocation`, until its
    /// connection ends and what follows from that is done.
    func attend(_ invocation: String, _ body: () -> Void) {
        counts.withLock { $0[invocation, default: 0] += 1 }
        defer {
            counts.withLock { counts in
                let rest = (counts[invocation] ?? 0) - 1
                counts[invocation] = rest > 0 ? rest : nil
            }
        }
        body()
    }

    /// Waits until nothing is done for it any more, or for ten seconds.
    func awaitNone(_ invocation: String) {
        for _ in 0..<2000 where counts.withLock({ $0[invocation] != nil }) { Background.sleep(5) }
    }
}
