internal import CPosix
internal import Glibc
internal import Processes
internal import RecoveryEngine

/// Moves bytes between an acting child and the engine until the keeper says
/// the child has ended.
struct KeeperWatch {
    private var pipes: KeeperPipes
    private let deadline: ContinuousClock.Instant
    private var stdout = Window(limit: 8 << 20)
    private var stderr = Window()
    private var said: [String] = []
    private var partial = ""
    /// The keeper's end of the socket is closed.
    private var isKeeperGone = false
    /// Signals sent so far, and when the next is due.
    private var ladder = 0
    private var nextRung: ContinuousClock.Instant

    /// No descendant is left.
    private(set) var isGone = false

    init(pipes: KeeperPipes, deadline: Duration) {
        self.pipes = pipes
        self.deadline = .now + deadline
        nextRung = self.deadline
        for descriptor in [pipes.output[0], pipes.error[0], pipes.control[0]] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
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
        // A child without descendants is gone in the same moment.
        let grace = ContinuousClock.now + .milliseconds(50)
        while !said.contains("gone"), !isKeeperGone, .now < grace { wait(milliseconds: 10) }
        isGone = said.contains("gone")
        read(pipes.output[0], &stdout)
        read(pipes.error[0], &stderr)
        return outcome
    }

    private var exit: Exit? {
        number("exit").map(Exit.exited) ?? number("signal").map(Exit.signalled)
    }

    private var failed: Int32? { number("failed") }

    private func number(_ word: String) -> Int32? {
        said.last { $0.hasPrefix(word + " ") }.flatMap { Int32($0.dropFirst(word.count + 1)) }
    }

    private var outcome: Performed {
        if let failed { return .notStarted(String(cString: strerror(failed))) }
        guard let exit else { return .lost("its keeper ended before it") }
        let descendants = isGone ? nil : "children of the step's process \(number("child") ?? 0)"
        return .ended(
            ladder > 0 ? .timedOut : exit, stdout: stdout.bytes, stderr: stderr.bytes,
            descendants: descendants)
    }

    /// TERM at the deadline, KILL ten seconds later, to the child's session.
    private mutating func climb() {
        guard ContinuousClock.now >= nextRung else { return }
        if let child = number("child") { kill(-child, ladder == 0 ? SIGTERM : SIGKILL) }
        ladder += 1
        nextRung = .now + (ladder == 1 ? .seconds(10) : .seconds(5))
    }

    private mutating func wait(milliseconds: Int32) {
        var polls = [
            pollfd(fd: pipes.control[0], events: Int16(POLLIN), revents: 0),
            pollfd(fd: pipes.output[0], events: Int16(POLLIN), revents: 0),
            pollfd(fd: pipes.error[0], events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&polls, 3, milliseconds) > 0 else { return }
        // Output first: what was written before the end must be read before it is told.
        if polls[1].revents != 0 { read(pipes.output[0], &stdout) }
        if polls[2].revents != 0 { read(pipes.error[0], &stderr) }
        if polls[0].revents != 0 { listen() }
    }

    /// Reads to EAGAIN; the keeper keeps the pipe open, so there is no end.
    private func read(_ descriptor: Int32, _ window: inout Window) {
        withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 1) { buffer in
            while true {
                let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if count > 0 {
                    window.append(buffer[0..<count])
                } else if count == 0 || errno != EINTR {
                    return
                }
            }
        }
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
    }
}
