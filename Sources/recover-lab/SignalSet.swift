import Glibc

/// The signals that ask a lab to end, taken by waiting for them.
///
/// Unchecked: `sigset_t` is plain bytes on Linux, but not declared `Sendable`.
struct SignalSet: @unchecked Sendable {
    private let set: sigset_t

    init() {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, signal) }
        self.set = set
    }

    /// Blocks them for this thread and all it starts.
    func block() {
        var set = self.set
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for one of them; returns which.
    func wait() -> Int32 {
        var set = self.set
        var signal: Int32 = 0
        while sigwait(&set, &signal) != 0 {}
        return signal
    }
}
