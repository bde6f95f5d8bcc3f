internal import CPosix
internal import Glibc
internal import Processes

/// The main process of a unit, seen from both ends.
///
/// The world starts a sandbox in which this program, as `unit`, opens the
/// unit's files, executes its command, and tells over descriptor 3 how that
/// went: bwrap alone cannot tell an exit with 137 from SIGKILL.
struct UnitProcess: Sendable {
    let record: UnitRecord
    let sandbox: Sandbox

    /// A unit's sandbox: its process id, our end of its control channel, and
    /// what it says.
    struct Started: Sendable {
        let pid: pid_t
        let control: Int32, output: Int32
    }

    /// Starts it.
    func start() throws -> Started {
        var ends: [Int32] = [-1, -1]
        guard cposix_socketpair(&ends) == 0 else {
            throw DiskError(path: "socketpair", code: errno)
        }
        defer { close(ends[1]) }
        var pipe: [Int32] = [-1, -1]
        guard cposix_pipe(&pipe) == 0 else {
            close(ends[0])
            throw DiskError(path: "pipe", code: errno)
        }
        defer { close(pipe[1]) }
        var sandbox = self.sandbox
        for line in record.environment {
            guard let equals = line.firstIndex(of: "=") else { continue }
            sandbox.environment[String(line[..<equals])] = String(
                line[line.index(after: equals)...])
        }
        sandbox.environment["INVOCATION_ID"] = record.invocation
        let inner =
            [Sandbox.program, "unit", record.input, record.output, record.error]
            + record.environmentFiles + ["--"]
        let command = Command(
            sandbox.tools.bwrap, sandbox.arguments(inner + record.command),
            environment: ["PATH": "/usr/bin:/bin"])
        do {
            let pid = try Spawn.start(command, descriptors: [-1, pipe[1], pipe[1], ends[1]])
            return Started(pid: pid, control: ends[0], output: pipe[0])
        } catch {
            close(ends[0])
            close(pipe[0])
            throw error
        }
    }

    /// Reads both to their end; `executed` is called when the program runs,
    /// `said` for each line. A channel that ends without a word was cut: the
    /// sandbox was killed.
    static func watch(
        _ started: Started, executed: () -> Void, said: (String) -> Void
    ) -> UnitRecord.End {
        var end = UnitRecord.End.signalled(Int(SIGKILL))
        var control = LineBuffer()
        var output = LineBuffer()
        var open: Set<Int32> = [started.control, started.output]
        while !open.isEmpty {
            var polls = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            poll(&polls, nfds_t(polls.count), -1)
            for poll in polls where poll.revents != 0 {
                let isControl = poll.fd == started.control
                let isOpen =
                    isControl ? control.fill(from: poll.fd) : output.fill(from: poll.fd)
                if !isOpen { open.remove(poll.fd) }
            }
            for line in output.lines(all: !open.contains(started.output)) { said(line) }
            for line in control.lines(all: false) {
                let words = line.split(separator: " ")
                switch (words.first, words.last.flatMap { Int($0) }) {
                case ("executed", _): executed()
                case ("exited", let code?): end = .exited(code)
                case ("signalled", let signal?): end = .signalled(signal)
                default: end = .refused
                }
            }
        }
        return end
    }
}
