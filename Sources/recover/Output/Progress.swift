internal import CPosix
internal import Glibc
internal import JSON
internal import RecoveryEngine
internal import Synchronization

/// The narrator of a run: one view, behind one lock.
///
/// The engine's loop waits in its hands; a thread of its own lets time pass on
/// the screen meanwhile. It draws and does nothing else.
final class Progress: Narrator, Sendable {
    private struct Showing {
        var view: any ProgressView
        var isPaused = false
        var isOver = false
        /// What was said of somebody's wish to stop.
        var isWarned = false, isUrgent = false
    }

    private let showing: Mutex<Showing>
    /// From the boot clock to ms since 1970, once: wall clocks jump.
    private let shift: Int

    init(_ view: any ProgressView) {
        shift = Int(cposix_wall_nanoseconds() - cposix_boot_nanoseconds()) / 1_000_000
        showing = Mutex(Showing(view: view))
    }

    func tell(_ event: Event, _ state: RunState, at moment: Moment) {
        let now = moment.monotonic / 1_000_000 + shift
        showing.withLock { $0.view.tell(event, state, at: now) }
    }

    func waiting(_ step: String, _ finding: Finding) {
        showing.withLock { $0.view.hear(step, finding, at: now) }
    }

    /// One line on standard error and in the system's log: the disk takes no
    /// more, and this is what is known.
    func unrecorded(_ entry: JSONValue) {
        let line = "recover: not recorded: \(entry.text)"
        Terminal.complain(line)
        // The text is an argument: what a step printed is no format.
        line.withCString { text in
            withVaList([text]) { vsyslog(LOG_ERR, "%s", $0) }
        }
    }

    func pausing(_ step: String, _ duration: Duration, _ why: String) {
        showing.withLock { $0.view.rest(step, Int(duration / .milliseconds(1)), why, at: now) }
    }

    /// Lets somebody be asked, alone on the screen.
    func asking<Answer>(_ ask: () -> Answer) -> Answer {
        showing.withLock {
            $0.view.pause(at: now)
            $0.isPaused = true
        }
        defer { showing.withLock { $0.isPaused = false } }
        return ask()
    }

    /// Nothing more comes; what is shown stays.
    func finish() {
        showing.withLock {
            guard !$0.isOver else { return }
            $0.isOver = true
            $0.view.finish(at: now)
        }
    }

    private var now: Int { Int(cposix_boot_nanoseconds()) / 1_000_000 + shift }

    // MARK: the clock

    /// Starts the thread that lets time pass; it ends behind `finish`.
    func start() {
        // A signal is for the engine, which waits to be interrupted by it.
        var all = sigset_t(), before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let progress = Unmanaged<Progress>.fromOpaque(context).takeRetainedValue()
                while progress.tick() { usleep(250_000) }
                return nil
            }, context.toOpaque())
        // Without the thread the run is only less lively.
        if code == 0 { pthread_detach(thread) } else { context.release() }
    }

    private func tick() -> Bool {
        let wish = Interrupt.wish()
        return showing.withLock {
            guard !$0.isOver else { return false }
            guard !$0.isPaused else { return true }
            if let wish { Self.warn(wish.isUrgent, &$0, now) }
            $0.view.tick(at: now)
            return true
        }
    }

    private static func warn(_ isUrgent: Bool, _ showing: inout Showing, _ now: Int) {
        if isUrgent, !showing.isUrgent {
            showing.isUrgent = true
            showing.isWarned = true
            showing.view.note("tearing down what is at work; it is left unknown", at: now)
        }
        guard !showing.isWarned else { return }
        showing.isWarned = true
        showing.view.note(
            "stopping after this step (Ctrl-C again tears it down and leaves it unknown)", at: now)
    }
}
