internal import Glibc

/// Named places where a test stops the engine; only under a lab's binding.
///
/// `RECOVER_FAILPOINT` is `trace:FILE` (each place on a line), `kill:N` (die
/// at the Nth), `kill-both:N` (and its keepers too) or `pause:N` (SIGSTOP).
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
        guard count == Int(argument) else { return }
        switch mode {
        case "kill-both":
            for keeper in keepers() { kill(keeper, SIGKILL) }
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

    /// Process ids in the lock files of open attempts.
    private func keepers() -> [Int32] {
        guard let folder = opendir(attempts) else { return [] }
        defer { closedir(folder) }
        var pids: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(".lock"), let file = fopen("\(attempts)/\(name)", "r") else {
                continue
            }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 64)
            while fgets(&line, Int32(line.count), file) != nil {
                let text = String(
                    decoding: line.prefix { $0 != 0 && $0 != 0x0A }.map { UInt8(bitPattern: $0) },
                    as: UTF8.self)
                if text.hasPrefix("keeper "), let pid = Int32(text.dropFirst(7)) {
                    pids.append(pid)
                }
            }
        }
        return pids
    }
}
