import Glibc
import Synchronization

/// A thread that runs a body over and over at a fixed pace until stopped.
final class Worker: Sendable {
    private let isStopping = Mutex(false)
    private let thread = Mutex<pthread_t?>(nil)
    private let pace: Duration
    private let body: @Sendable () -> Void

    init(pace: Duration, body: @escaping @Sendable () -> Void) {
        self.pace = pace
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
            body()
            var left = pace.inMilliseconds
            // In small pieces, so that a slow pace does not make stopping slow.
            while left > 0, !isStopping.withLock({ $0 }) {
                usleep(UInt32(min(left, 20) * 1000))
                left -= 20
            }
        }
    }
}
