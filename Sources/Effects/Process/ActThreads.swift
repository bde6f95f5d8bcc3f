internal import CPosix
internal import Glibc
internal import Processes
internal import RecoveryEngine
internal import Synchronization

/// Acts under way, each watched by a thread of its own: a watch blocks, and
/// the engine must not.
final class ActThreads: Sendable {
    private let ended = Mutex<[(attempt: String, performed: Performed)]>([])
    /// One byte goes in for each act that has ended.
    private let signal: (read: Int32, write: Int32)

    /// nil when no descriptors are left.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard cposix_pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
        signal = (ends[0], ends[1])
    }

    deinit {
        close(signal.read)
        close(signal.write)
    }

    /// Runs `watch` to its end on a new thread; what it returns is kept.
    func start(_ attempt: String, _ watch: @escaping () -> Performed) {
        let work = Work {
            self.finish(attempt, watch())
        }
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // A signal is for the engine, whose waiting it interrupts.
        var all = sigset_t(), before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let handle = Unmanaged.passRetained(work)
        let code = pthread_create(
            &thread, &attributes,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
                return nil
            }, handle.toOpaque())
        guard code != 0 else { return }
        handle.release()
        finish(attempt, .notStarted("no thread could be started: \(String(cString: strerror(code)))"))
    }

    private func finish(_ attempt: String, _ performed: Performed) {
        ended.withLock { $0.append((attempt, performed)) }
        var byte: UInt8 = 1
        // A full pipe wakes as well as one byte more would.
        _ = write(signal.write, &byte, 1)
    }

    /// What has ended since it was last asked; waits for one, at most so long.
    func collect(within limit: Duration) -> [(attempt: String, performed: Performed)] {
        var polls = [pollfd(fd: signal.read, events: Int16(POLLIN), revents: 0)]
        _ = poll(&polls, 1, Int32(clamping: max(0, limit.milliseconds)))
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(signal.read, &bytes, bytes.count) > 0 {}
        return ended.withLock { list in
            defer { list = [] }
            return list
        }
    }

    private final class Work {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }
}
