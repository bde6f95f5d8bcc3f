import Glibc
import LabHosts
import Synchronization

/// What a request to end (Ctrl-C, SIGTERM, SIGHUP) does at the moment.
///
/// While nothing can be asked to end, the lab just ends: its process 1 goes
/// with this one, and the kernel ends everything in there.
final class Stops: Sendable {
    private enum Mode {
        /// End at once.
        case abrupt
        /// Ask this process first, which finishes its step.
        case child(pid_t)
        /// Somebody waits for it in `wait`.
        case awaited
    }

    private struct State {
        var mode = Mode.abrupt
        var count = 0
    }

    private let state = Mutex(State())

    /// Blocks the signals for all threads and takes them on one of its own; call
    /// it before there is a second thread.
    init() {
        let signals = SignalSet()
        signals.block()
        Background.run { [self] in
            while true { stop(signals.wait()) }
        }
    }

    /// Takes the end of a descriptor for a request to end: whoever holds the
    /// other end of the pipe is gone, however it went.
    func watch(input: Int32) {
        Background.run { [self] in
            var byte: UInt8 = 0, count = 1
            while count > 0 || (count < 0 && errno == EINTR) { count = read(input, &byte, 1) }
            stop(SIGTERM)
        }
    }

    /// Runs `body` while the process `pid` is asked first.
    func passing<Result>(to pid: pid_t, _ body: () -> Result) -> Result {
        state.withLock { $0.mode = .child(pid) }
        defer { state.withLock { $0.mode = .abrupt } }
        return body()
    }

    /// Returns when an end is asked for.
    func wait() {
        state.withLock { state in
            state.mode = .awaited
            state.count = 0
        }
        while state.withLock({ $0.count == 0 }) { Background.sleep(50) }
    }

    private func stop(_ signal: Int32) {
        let (mode, count) = state.withLock { state in
            state.count += 1
            return (state.mode, state.count)
        }
        switch mode {
        case .child(let pid) where count < 3: kill(pid, signal)
        case .awaited where count < 3: break
        default: exit(ExitCode.interrupted)
        }
    }
}
