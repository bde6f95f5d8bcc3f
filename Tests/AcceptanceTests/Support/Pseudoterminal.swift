import Glibc
import Processes
import Testing

/// A program under way on a terminal of its own, with somebody who types.
final class Pseudoterminal {
    private let master: Int32
    private let pid: pid_t
    private let shown: String
    private(set) var bytes: [UInt8] = []
    private var isOver = false

    /// Starts `line` in the lab; the terminal is its controlling one, so that
    /// what is typed may be a signal.
    init(_ lab: Lab, _ line: [String], rows: UInt16 = 24, columns: UInt16 = 80) throws {
        // As posix_openpt, unlockpt and ptsname do, which Swift does not see.
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var isLocked: Int32 = 0, number: UInt32 = 0
        try #require(
            ioctl(master, 0x4004_5431, &isLocked) == 0 && ioctl(master, 0x8004_5430, &number) == 0,
            "there is no new terminal: \(String(cString: strerror(errno)))")
        let name = "/dev/pts/\(number)"
        let slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(slave >= 0, "\(name): \(String(cString: strerror(errno)))")
        defer { close(slave) }
        shown = line.joined(separator: " ")
        // Only the program itself hears Ctrl-C, not what entered the lab with it.
        let enter = try lab.entering(line)
        let command = Command(
            "/usr/bin/setsid",
            ["-w", "-c", "env", "--ignore-signal=INT", enter.executable] + enter.arguments,
            environment: enter.environment)
        pid = try Spawn.start(command, descriptors: [slave, slave, slave])
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        resize(rows: rows, columns: columns)
    }

    deinit {
        if !isOver { kill(pid, SIGKILL) }
        close(master)
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// What stands on the screen.
    func screen(rows: Int = 24, columns: Int = 80) -> Display {
        var display = Display(rows: rows, columns: columns)
        display.take(text)
        return display
    }

    func resize(rows: UInt16, columns: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(master, bytes, bytes.count)
    }

    /// Waits until `text` was printed, not counting what was there `after`.
    func awaitText(_ text: String, after: Int = 0, seconds: Int = 20) async throws {
        for _ in 0..<(seconds * 50) {
            drain()
            if String(decoding: bytes.dropFirst(after), as: UTF8.self).contains(text) { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("it did not say '\(text)': \(shown)\n\(self.text)")
        throw CancellationError()
    }

    /// Waits for its end.
    func end(seconds: Int = 30) async throws -> Answer {
        for _ in 0..<(seconds * 50) {
            drain()
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid {
                drain()
                isOver = true
                let ending: Ending =
                    status & 0x7F == 0
                    ? .exited((status >> 8) & 0xFF) : .signalled(status & 0x7F)
                return Answer(command: shown, ending: ending, bytes: bytes)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return Answer(command: shown, ending: .timedOut, bytes: bytes)
    }

    private func drain() {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(master, &buffer, buffer.count)
            guard count > 0 else { return }
            bytes += buffer[0..<count]
        }
    }
}
