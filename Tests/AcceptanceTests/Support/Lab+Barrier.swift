import Glibc
import JSON
import Processes
import Testing

/// Requests held on their way, and engines killed while they are.
extension Lab {
    /// Sets, releases or clears the barrier of the cluster `local`.
    @discardableResult
    func barrier(_ words: String...) throws -> JSONValue {
        let command = Command(
            try Programs.path("recover-lab"), ["barrier", "\(folder)/lab", "local"] + words,
            environment: Programs.environment)
        let captured = try command.capture(deadline: .seconds(30))
        try #require(captured.ending.isSuccess, "\(captured.error.text)")
        return try JSONValue(parsing: captured.output.bytes)
    }

    /// Waits until the barrier holds a request.
    func awaitHeld() async throws {
        for _ in 0..<1000 {
            if try barrier("hit")["hit"]?.bool == true { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("the request the barrier waits for did not come")
        throw CancellationError()
    }

    /// Kills the keepers and steps of a responder's open attempts, and then
    /// the engine, all in an instant.
    func endAttempts(of somebody: Responder, _ job: Job) throws {
        try job.send(SIGSTOP)
        let attempts = "\(somebody.journal)/attempts"
        let answer = try run([
            "sh", "-c", "for p in $(sed -n 's/^keeper //p' \"$1\"/*.lock); do kill -KILL $p; done",
            "sh", attempts,
        ])
        try #require(answer.code == 0, "\(answer)")
        try job.send(SIGKILL)
        job.goOn()
    }
}
