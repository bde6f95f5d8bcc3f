internal import Effects
internal import Glibc

/// Named places where a test stops the engine; only under a lab's binding.
///
/// `RECOVER_FAILPOINT` is `trace:FILE` (each place on a line), `kill:N` (die
/// at the Nth), `kill-both:N` (and its keepers too) or `pause:N` (SIGSTOP).
/// Instead of a number stands the name of a place for the first one of that name.
final class Failpoints {
    private let mode: Substring
    private let argument: Substring
    private let attempts: String
    private var count = 0

    init(_ text: String?, attempts: String) {
        let parts = (text ?? "").split(separator: ":", maxSplits: 1)
        mode = parts.first ?? ""
        argument = parts.dropFirst().first ?? ""
        self.attempts = attempts
    }

    func reached(_ point: String) {
        guard !mode.isEmpty else { return }
        count += 1
        if mode == "trace" { return trace(point) }
        guard count == Int(argument) || argument == point else { return }
        switch mode {
        case "kill-both":
            for keeper in AttemptLock.keepers(directory: attempts) { kill(keeper, SIGKILL) }
            kill(getpid(), SIGKILL)
        case "kill": kill(getpid(), SIGKILL)
        case "pause": kill(getpid(), SIGSTOP)
        default: break
        }
    }

    private func trace(_ point: String) {
        let file = open(String(argument), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        let line = Array("\(count) \(point)\n".utf8)
        _ = write(file, line, line.count)
        close(file)
    }
}
