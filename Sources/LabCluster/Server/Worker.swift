import Glibc
import Synchronization

/// A thread that runs a body over and over until stopped: at a fixed pace, and
/// sooner when the world changed since the round before began.
final class Worker: Sendable {
    private let isStopping = Mutex(false)
    private let thread = Mutex<pthread_t?>(nil)
    private let pace: @Sendable () -> Duration
    private let revision: @Sendable () -> Int
    private let body: @Sendable () -> Void

    init(
        pace: @escaping @Sendable () -> Duration, revision: @escaping @Sendable () -> Int,
        body: @escaping @Sendable () -> Void
    ) {
        self.pace = pace
        self.revision = revision
        self.body = body
    }

    func start() {
        var identity = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let code = pthread_create(
            &identity, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Worker>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context)
        precondition(code == 0, "the system has no thread for a controller")
        thread.withLock { $0 = identity }
    }

    /// Ends the thread behind its current round.
    func stop() {
        isStopping.withLock { $0 = true }
        let identity = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        if let identity { pthread_join(identity, nil) }
    }

    private func run() {
        while !isStopping.withLock({ $0 }) {
            let known = revision()
            let began = ContinuousClock.now
            body()
            let end = ContinuousClock.now
            let pace = pace()
            // Half of the time is for others, however busy the world is.
            let least = min(.milliseconds(100), max(.milliseconds(10), end - began))
            // In small pieces, so that a slow pace does not make stopping slow.
            while case let waited = ContinuousClock.now - end,
                waited < least || waited < pace && revision() == known,
                !isStopping.withLock({ $0 })
            { usleep(5000) }
        }
    }
}
