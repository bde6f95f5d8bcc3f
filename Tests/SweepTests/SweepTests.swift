import Glibc
import LabThreads
import Processes
import Testing

/// A few kill points of a small runbook; `make sweep` tries all of the shipped
/// ones. Like the lab itself they need namespaces, bwrap and sshd.
@Suite(.serialized, .onLabThreads(seconds: 150)) struct SweepTests {
    @Test(.timeLimit(.minutes(10)))
    func `a sample of kill points repeats nothing and loses nothing`() throws {
        let sweep = try Sweep("sample")
        let ended = try sweep.run(["--sample", "6", "--seed", "3"])
        #expect(ended.ending.isSuccess, "\(ended.output.text)\(ended.error.text)")
        #expect(
            ended.output.text.contains(
                "kill points 6, double effects 0, lost entries 0, unknowns 0"))
        #expect(sweep.leavings.isEmpty)
    }

    /// Killed with its keeper while its request is held: nobody can know, and
    /// only here may the tool say so.
    @Test(.timeLimit(.minutes(10)))
    func `only a step that must not happen twice ends as unknown`() throws {
        let sweep = try Sweep("unknown")
        let ended = try sweep.run([
            "--only", "mark: request before apply, keeper too",
            "--only", "unmark: request before apply, keeper too",
        ])
        #expect(ended.ending.isSuccess, "\(ended.output.text)\(ended.error.text)")
        #expect(ended.output.text.contains("unknowns that had to be: 1\n"))
        #expect(
            ended.output.text.contains(
                "kill points 2, double effects 0, lost entries 0, unknowns 1"))
    }

    /// The sweep is worth something only if it can fail.
    @Test(.timeLimit(.minutes(10)))
    func `with a keeper that drops its lock the sweep counts double effects`() throws {
        let sweep = try Sweep("without-lock")
        let keeper = "\(Sweep.repository)/.build/tools/recover-keeper-without-lock"
        try #require(access(keeper, X_OK) == 0, "there is no \(keeper): make keeper")
        let ended = try sweep.run([
            "--keeper", keeper, "--only", "mark: request late apply",
            "--only", "away: request before apply",
        ])
        #expect(ended.ending == .exited(11), "\(ended.output.text)\(ended.error.text)")
        #expect(ended.output.text.contains("double effect ("))
        #expect(!ended.output.text.contains(", double effects 0,"))
        #expect(sweep.leavings.isEmpty)
    }

    @Test(.timeLimit(.minutes(10)))
    func `an interrupted sweep leaves nothing behind`() async throws {
        let sweep = try Sweep("interrupted")
        let pid = try sweep.start(["--sample", "6"])
        for _ in 0..<1000 where !sweep.log.contains("a copy was taken") {
            try await Task.sleep(for: .milliseconds(50))
        }
        try await Task.sleep(for: .milliseconds(500))
        kill(pid, SIGINT)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        #expect((status >> 8) & 0xFF == 10, "\(sweep.log)")
        #expect(sweep.leavings.isEmpty)
    }
}
