import Glibc
import Processes
import Testing

/// A real server beside the test; it ends with the object, and by itself should
/// the test be killed.
final class Daemon: Sendable {
    private let pid: Int32
    let folder: Folder
    let log: String

    init(
        _ program: String, _ arguments: [String], in folder: Folder, log: String,
        environment: [String: String] = [:]
    ) throws {
        self.folder = folder
        self.log = log
        let output = open("\(folder.path)/\(log)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer { close(output) }
        pid = try Spawn.start(
            Command(
                "/usr/bin/timeout", ["120", program] + arguments, environment: environment,
                directory: folder.path),
            descriptors: [-1, output, output])
    }

    deinit {
        kill(pid, SIGTERM)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }

    /// Waits until the log has a line with `word` and returns what follows it there.
    func waitFor(_ word: String) throws -> String {
        for _ in 0..<500 {
            // Some end their lines with CR LF, which is one character.
            let lines = folder.read(log).split(
                omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            for line in lines.dropLast() {
                if let range = line.firstRange(of: word) {
                    return String(line[range.upperBound...])
                }
            }
            usleep(20_000)
        }
        try #require(Bool(false), "no '\(word)' in the log: \(folder.read(log))")
        return ""
    }
}
