import Glibc
import LabHosts
import LabThreads
import Processes
import Testing

/// Drills with a shell script in the responder's place: what the lab says of a
/// recovery must not depend on what the recovery says of itself.
@Suite(.serialized, .onLabThreads) struct DrillTests {
    @Test(.timeLimit(.minutes(10)))
    func `a recovery that only says so is refuted by the world`() throws {
        let drill = try Drill("#!/bin/sh\nexit 0\n", name: "idle")
        defer { drill.remove() }
        let ended = try drill.run()
        #expect(ended.ending == .exited(11))
        #expect(ended.output.text.contains("/machines/oci-arm-free1/power is"))
        #expect(ended.output.text.contains("simulated"))
        #expect(drill.processes.isEmpty)
    }

    @Test(.timeLimit(.minutes(10)))
    func `the exit code of a failed recovery is the drill's`() throws {
        let drill = try Drill("#!/bin/sh\necho \"$*\"\nexit 6\n", name: "fails")
        defer { drill.remove() }
        let ended = try drill.run()
        #expect(ended.ending == .exited(6))
        #expect(ended.output.text.contains("node-loss --estate oci-layer7 --cluster local"))
    }

    @Test(.timeLimit(.minutes(10)))
    func `an interrupted drill passes it on and takes everything down`() async throws {
        let drill = try Drill(
            "#!/bin/sh\ntrap 'echo asked; exit 10' INT\necho begun\nwhile :; do sleep 0.1; done\n",
            name: "interrupted")
        defer { drill.remove() }
        let pid = try drill.start()
        for _ in 0..<600 where !drill.log.contains("begun\n") {
            try await Task.sleep(for: .milliseconds(100))
        }
        kill(pid, SIGINT)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        #expect((status >> 8) & 0xFF == 10)
        #expect(drill.log.contains("asked\n"))
        #expect(drill.processes.isEmpty)
    }
}

/// One drill of node-loss.
struct Drill {
    private let directory: String, script: String

    init(_ script: String, name: String) throws {
        directory = Lab.folder("drill-\(name)")
        self.script = directory + ".sh"
        try Disk.write(self.script, script, mode: 0o755)
    }

    private var command: Command {
        Command(
            Lab.program,
            [
                "drill", "node-loss", "--estate", "oci-layer7", "--library", Lab.library, "--keep",
                directory, "--recover", script,
            ], environment: Lab.environment)
    }

    /// What the drill printed, when it was started with `start`.
    var log: String { Disk.text(directory + ".log") ?? "" }

    /// Runs it to its end.
    func run() throws -> Captured { try command.capture(deadline: .seconds(100)) }

    /// Starts it; its output goes to `log`.
    func start() throws -> pid_t {
        let log = open(directory + ".log", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        defer { close(log) }
        return try Spawn.start(command, descriptors: [-1, log, log])
    }

    var processes: [String] { Lab.processes(of: directory) }

    func remove() {
        _ = try? Command("/bin/rm", ["-rf", directory, script, directory + ".log"])
            .capture(deadline: .seconds(30))
    }
}
