internal import Glibc

/// Work on a thread of its own, for calls that block for long.
///
/// The pool of Swift's tasks has as many threads as there are cores; a world of
/// waiting connections would exhaust it.
public enum Background {
    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on a new detached thread.
    public static func run(_ body: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let work = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, &attributes,
            { context in
                if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
                return nil
            }, work.toOpaque())
        precondition(code == 0, "the machine has no thread left")
    }

    /// Lets this thread sleep.
    public static func sleep(_ milliseconds: UInt32) { usleep(milliseconds * 1000) }
}
