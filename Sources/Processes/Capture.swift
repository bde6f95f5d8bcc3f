internal import CPosix
internal import Glibc

/// What a finished command left.
public struct Captured: Hashable, Sendable {
    /// How it ended.
    public let ending: Ending
    /// What it wrote to standard output and standard error.
    public let output: Window, error: Window

    public init(ending: Ending, output: Window, error: Window) {
        self.ending = ending
        self.output = output
        self.error = error
    }
}

extension Command {
    /// Runs the command to its end, or kills its session's group at `deadline`.
    ///
    /// Both outputs are drained into bounded windows. The end is the child's
    /// exit, not the end of its pipes: a background grandchild that keeps them
    /// open is not waited for.
    public func capture(
        deadline: Duration, window: Int = 1 << 20
    ) throws(SpawnError) -> Captured {
        var input: [Int32] = [-1, -1], output: [Int32] = [-1, -1], error: [Int32] = [-1, -1]
        guard cposix_pipe(&output) == 0, cposix_pipe(&error) == 0,
            self.input.isEmpty || cposix_pipe(&input) == 0
        else { throw SpawnError(executable: executable, code: errno) }
        defer {
            for descriptor in input + output + error where descriptor >= 0 { close(descriptor) }
        }
        let pid = try Spawn.start(self, descriptors: [input[0], output[1], error[1]])
        for end in [output[1], error[1], input[0]] where end >= 0 { close(end) }
        output[1] = -1
        error[1] = -1
        input[0] = -1
        let pidfd = cposix_pidfd_open(pid)
        var drain = Drain(
            outputs: [output[0], error[0]], input: input[1], bytes: self.input, window: window)
        defer { if pidfd >= 0 { close(pidfd) } }
        input[1] = -1 // owned by the drain from here
        let ending = drain.run(pid: pid, pidfd: pidfd, deadline: deadline)
        return Captured(ending: ending, output: drain.windows[0], error: drain.windows[1])
    }
}

/// Moves bytes between a child and us until the child ends.
private struct Drain {
    var windows: [Window]
    private var open: [Int32]
    private var input: Int32
    private var bytes: ArraySlice<UInt8>

    init(outputs: [Int32], input: Int32, bytes: [UInt8], window: Int) {
        windows = outputs.map { _ in Window(limit: window) }
        open = outputs
        self.input = input
        self.bytes = bytes[...]
        for descriptor in outputs { Pipe.prepare(descriptor) }
        if input >= 0 { Pipe.prepare(input) }
    }

    mutating func run(pid: pid_t, pidfd: Int32, deadline: Duration) -> Ending {
        let end = ContinuousClock.now + deadline
        var timedOut = false
        while true {
            var code: Int32 = 0, status: Int32 = 0
            if cposix_waitid_pidfd(pidfd, 1, &code, &status) == 1 {
                // What the child wrote before it ended is in the pipes already.
                for index in open.indices { read(index) }
                if input >= 0 { close(input) }
                if timedOut { return .timedOut }
                return code == CLD_EXITED ? .exited(status) : .signalled(status)
            }
            let left = ContinuousClock.now.duration(to: end)
            if left <= .zero, !timedOut {
                timedOut = true
                kill(-pid, SIGKILL)
            }
            // A process in the kernel's hands cannot be killed; it is left there.
            if left <= .seconds(-5) {
                if input >= 0 { close(input) }
                return .timedOut
            }
            wait(
                pidfd: pidfd, milliseconds: timedOut ? 1000 : Int32(clamping: left.milliseconds + 1)
            )
        }
    }

    private mutating func wait(pidfd: Int32, milliseconds: Int32) {
        var polls = [pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)]
        polls += open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        polls.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0))
        guard poll(&polls, nfds_t(polls.count), milliseconds) > 0 else { return }
        for index in open.indices where polls[index + 1].revents != 0 { read(index) }
        if let last = polls.last, last.revents != 0 { write() }
    }

    private mutating func read(_ index: Int) {
        guard open[index] >= 0 else { return }
        if Pipe.drain(open[index], into: &windows[index]) == .ended { open[index] = -1 }
    }

    private mutating func write() {
        let count = bytes.withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
        if count > 0 { bytes = bytes.dropFirst(count) }
        let failed = count < 0 && errno != EAGAIN && errno != EINTR
        if failed || bytes.isEmpty {
            close(input)
            input = -1
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    public var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
