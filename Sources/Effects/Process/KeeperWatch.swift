internal import CPosix
internal import Glibc
internal import Processes
internal import RecoveryEngine

/// Moves bytes between an acting child and the engine until the keeper says
/// the child has ended.
struct KeeperWatch {
    private var pipes: KeeperPipes
    private let deadline: ContinuousClock.Instant
    private let redactor: Redactor
    private var stdout: Window
    private var stderr: Window
    private var said: [String] = []
    private var partial = ""
    /// Somebody may still write to the pipe.
    private var isOpen = (output: true, error: true)
    /// What of it ends the watch; a flood asks for it a hundred thousand times.
    private var exit: Exit?
    private var failed: Int32?
    /// The keeper's end of the socket is closed.
    private var isKeeperGone = false
    /// Signals sent so far, and when the next is due.
    private var ladder = 0
    private var nextRung: ContinuousClock.Instant
    /// How long the keeper may take to say which child it has started.
    private var unknownUntil: ContinuousClock.Instant?

    /// No descendant is left.
    private(set) var isGone = false

    /// - Parameters:
    ///   - redactor: what goes out went through it.
    ///   - kept: how much of each end of an output is kept.
    init(
        pipes: KeeperPipes, deadline: Duration, redactor: Redactor = Redactor(),
        kept: Int = 1 << 20
    ) {
        self.pipes = pipes
        self.redactor = redactor
        // The strips along the cut are thrown away again.
        stdout = Window(limit: kept + redactor.overlap)
        stderr = Window(limit: kept + redactor.overlap)
        self.deadline = .now + deadline
        nextRung = self.deadline
        Pipe.prepare(pipes.output[0])
        Pipe.prepare(pipes.error[0])
        let control = pipes.control[0]
        _ = fcntl(control, F_SETFL, fcntl(control, F_GETFL) | O_NONBLOCK)
    }

    mutating func run(stop: () -> Bool) -> Performed {
        defer { pipes.closeAll() }
        while exit == nil, failed == nil, !isKeeperGone {
            if ladder == 0, stop() { nextRung = min(nextRung, .now) }
            climb()
            // It cannot be killed: it stays, under its keeper and its lock.
            if ladder > 2 { return .lost("process \(number("child") ?? 0) does not die") }
            let left = ContinuousClock.now.duration(to: nextRung)
            wait(milliseconds: Int32(clamping: max(1, min(250, left.milliseconds + 1))))
        }
        // Right behind the end the keeper says whether the child has gone alone;
        // what it left behind is given a moment to end as well.
        let now = ContinuousClock.now
        while !said.contains("gone"), !isKeeperGone,
            .now < now + (said.contains("left") ? .milliseconds(50) : .seconds(10))
        { wait(milliseconds: 10) }
        isGone = said.contains("gone")
        _ = Pipe.drain(pipes.output[0], into: &stdout)
        _ = Pipe.drain(pipes.error[0], into: &stderr)
        return outcome
    }

    private func number(_ word: String) -> Int32? {
        said.last { $0.hasPrefix(word + " ") }.flatMap { Int32($0.dropFirst(word.count + 1)) }
    }

    private var outcome: Performed {
        if let failed { return .notStarted(String(cString: strerror(failed))) }
        guard let exit else { return .lost("its keeper ended before it") }
        let descendants = isGone ? nil : "children of the step's process \(number("child") ?? 0)"
        return .ended(
            ladder > 0 ? .timedOut : exit, stdout: redactor.redact(stdout),
            stderr: redactor.redact(stderr), descendants: descendants)
    }

    /// TERM at the deadline, KILL ten seconds later, to the child's session.
    ///
    /// A keeper on a busy machine may not have said yet which child it is: that
    /// one gets its TERM as soon as it is known, and is not killed for having
    /// been started late.
    private mutating func climb() {
        let now = ContinuousClock.now
        guard now >= nextRung else { return }
        let child = number("child")
        unknownUntil = unknownUntil ?? now + .seconds(10)
        if child == nil, ladder == 0, let unknownUntil, now < unknownUntil {
            nextRung = now + .milliseconds(20)
            return
        }
        if let child { kill(-child, ladder == 0 ? SIGTERM : SIGKILL) }
        ladder += 1
        nextRung = .now + (ladder == 1 ? .seconds(10) : .seconds(5))
    }

    private mutating func wait(milliseconds: Int32) {
        var polls = [
            pollfd(fd: pipes.control[0], events: Int16(POLLIN), revents: 0),
            pollfd(fd: isOpen.output ? pipes.output[0] : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: isOpen.error ? pipes.error[0] : -1, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&polls, 3, milliseconds) > 0 else { return }
        // Output first: what was written before the end must be read before it is told.
        // A pipe nobody writes to any more is ready for ever: it is not asked again.
        if polls[1].revents != 0 {
            _ = Pipe.drain(pipes.output[0], into: &stdout)
            isOpen.output = polls[1].revents & Int16(POLLHUP) == 0
        }
        if polls[2].revents != 0 {
            _ = Pipe.drain(pipes.error[0], into: &stderr)
            isOpen.error = polls[2].revents & Int16(POLLHUP) == 0
        }
        if polls[0].revents != 0 { listen() }
    }

    private mutating func listen() {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = Glibc.read(pipes.control[0], &buffer, buffer.count)
        if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { isKeeperGone = true }
        guard count > 0 else { return }
        partial += String(decoding: buffer[0..<count], as: UTF8.self)
        var lines = partial.split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
        partial = lines.removeLast()
        said += lines
        exit = number("exit").map(Exit.exited) ?? number("signal").map(Exit.signalled)
        failed = number("failed")
    }
}
