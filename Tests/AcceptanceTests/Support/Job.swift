import Glibc
import Processes
import Testing

/// A program under way in the lab, that a test pauses, interrupts and ends.
final class Job {
    private let command: String
    private let log: String
    private let pid: pid_t
    private var ending: Ending?

    /// Starts `command`; what it prints goes to the file `log`.
    init(_ command: Command, log: String, shown: String) throws {
        self.command = shown
        self.log = log
        let file = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
        try #require(file >= 0, "\(log) cannot be written")
        defer { close(file) }
        pid = try Spawn.start(command, descriptors: [-1, file, file])
    }

    deinit {
        guard ending == nil else { return }
        kill(-pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }

    /// What it printed so far.
    var output: String { Files.text(log) ?? "" }

    /// Waits until it has stopped itself.
    func awaitPause(seconds: Int = 30) async throws {
        for _ in 0..<(seconds * 100) {
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG | WUNTRACED) == pid {
                guard status & 0xFF != 0x7F else { return }
                ending = Self.ending(status)
                break
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("it did not pause: \(command)\n\(output)")
        throw CancellationError()
    }

    /// Waits until it has printed `text`.
    func awaitOutput(_ text: String, seconds: Int = 30) async throws {
        for _ in 0..<(seconds * 100) {
            if output.contains(text) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("it did not say '\(text)': \(command)\n\(output)")
        throw CancellationError()
    }

    /// Lets a paused one go on.
    func goOn() { kill(pid, SIGCONT) }

    /// Sends `signal` to the program itself; what we started only entered the lab with it.
    func send(_ signal: Int32) throws {
        let children = Files.text("/proc/\(pid)/task/\(pid)/children") ?? ""
        let child = children.split(separator: " ").first.flatMap { Int32($0) }
        kill(try #require(child, "it has ended: \(output)"), signal)
    }

    /// Waits for its end; ends it after so many seconds.
    func end(seconds: Int = 60) async throws -> Answer {
        for _ in 0..<(seconds * 100) where ending == nil {
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid { ending = Self.ending(status) }
            if ending == nil { try await Task.sleep(for: .milliseconds(10)) }
        }
        if ending == nil {
            kill(-pid, SIGKILL)
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            ending = .timedOut
        }
        return Answer(
            command: command, ending: ending ?? .timedOut, bytes: Files.bytes(log) ?? [])
    }

    private static func ending(_ status: Int32) -> Ending {
        status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .signalled(status & 0x7F)
    }
}
