import Glibc
import Processes
import RecoveryEngine
import Testing

@testable import Effects

/// Starts on a host, by real shells, with real processes.
@Suite struct `A start on a host` {
    private static let both = [false, true]
    /// The shells a host may have: this machine's, and busybox where it is.
    private static let shells =
        ["/bin/sh"]
        + ["/usr/bin/busybox", SSHDaemon.tools + "/bin/busybox"].filter {
            (path: String) in access(path, X_OK) == 0
        }

    @Test(arguments: both, shells)
    func `prints what the step printed, and its end`(systemd: Bool, shell: String) throws {
        let host = try SSHPlace(systemd: systemd, shell: shell)
        let done = try host.start("cat; echo words >&2; exit 3", input: "input\n")
            .capture(deadline: .seconds(20))
        let (end, stderr) = RemoteUnit.ending(done.error.bytes, of: "a-1")
        #expect(done.ending.isSuccess && done.output.text == "input\n", "\(done.error.text)")
        #expect(end == .exited(3))
        #expect(stderr == Array("words\n".utf8))
        #expect(try host.state().exit == .exited(3))
        let output = try host.run(RemoteUnit.output("a-1", become: []))
        #expect(output.output.text == "input\n" && output.error.text == "words\n")
    }

    @Test(arguments: both) func `leaves nothing once it is removed`(systemd: Bool) throws {
        let host = try SSHPlace(systemd: systemd)
        _ = try host.start("true", input: "secret").capture(deadline: .seconds(20))
        _ = try host.start("true", "a-10").capture(deadline: .seconds(20))
        #expect(try host.run(RemoteUnit.remove("a-1", become: [])).ending.isSuccess)
        let left = Folders.names(in: host.path + "/recover")
        #expect(!left.isEmpty && left.allSatisfy { $0.hasPrefix("recover-a-10.") }, "\(left)")
        #expect(!left.contains { $0.contains(".in") }, "\(left)")
    }

    @Test(arguments: both) func `behind a claim never starts, and has no end`(systemd: Bool) throws {
        let host = try SSHPlace(systemd: systemd)
        let claim = RemoteUnit.claim("a-1", become: [])
        #expect(try host.run(claim).ending.isSuccess)
        #expect(try !host.run(claim).ending.isSuccess)
        let late = try host.start("echo x >>\(host.path)/effect").capture(deadline: .seconds(20))
        #expect(late.ending == .exited(126))
        #expect(RemoteUnit.ending(late.error.bytes, of: "a-1").exit == nil)
        #expect(!host.exists("effect"))
        let state = try host.state()
        #expect(state.isLoaded && !state.hasFiles, "the name is taken, and for nothing")
    }

    @Test(arguments: both) func `twice at once runs once, and both say its end`(systemd: Bool) throws {
        for round in 0..<5 {
            let host = try SSHPlace(systemd: systemd)
            let script = "echo x >>\(host.path)/effect; sleep 0.3; exit 7"
            let waits = (0..<4).map { _ in host.start(script) }
            let files = try waits.indices.map { number in
                let path = "\(host.path)/err\(number)"
                let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
                defer { close(file) }
                return (path, try Spawn.start(waits[number], descriptors: [-1, -1, file]))
            }
            for (path, pid) in files {
                var status: Int32 = 0
                waitpid(pid, &status, 0)
                let said = Files.read(path) ?? []
                #expect(
                    RemoteUnit.ending(said, of: "a-1").exit == .exited(7),
                    "round \(round): \(String(decoding: said, as: UTF8.self))")
            }
            #expect(host.text("effect") == "x\n", "round \(round)")
        }
    }

    @Test(arguments: both) func `against a claim has one winner`(systemd: Bool) throws {
        var claims = 0
        for round in 0..<12 {
            let host = try SSHPlace(systemd: systemd)
            let pid = try Spawn.start(
                host.start("echo x >>\(host.path)/effect"), descriptors: [-1, -1, -1])
            usleep(UInt32(round) * 1500)
            let claimed = try host.run(RemoteUnit.claim("a-1", become: [])).ending.isSuccess
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            #expect(host.exists("effect") == !claimed, "round \(round)")
            claims += claimed ? 1 : 0
        }
        #expect(claims > 0, "no claim was ever first: the rounds show nothing")
    }

    @Test func `that is still on its way is stopped before it is called gone`() throws {
        let host = try SSHPlace(systemd: true)
        try host.write("slow", "")
        let pid = try Spawn.start(
            host.start("echo x >>\(host.path)/effect"), descriptors: [-1, -1, -1])
        #expect(host.eventually { host.exists("slow-seen") })
        unlink(host.path + "/slow") // the question's own unit is quick
        let state = try host.state()
        #expect(state.isUnknown && state.hasFiles, "asked for, and never to be")
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        #expect(!host.exists("effect"))
        #expect(try host.state().exit == nil)
    }

    @Test func `is told from what is on disk, whatever came up since`() throws {
        let host = try SSHPlace()
        _ = try host.start("exit 5").capture(deadline: .seconds(20))
        let later = try SSHPlace(systemd: true)
        let show = later.line(RemoteUnit.show("a-1", become: []))
            .replacing("\(later.path)/recover", with: "\(host.path)/recover")
            .replacing("\(later.path)/boot", with: "\(host.path)/boot")
        let shown = try Command("/bin/sh", ["-c", show], environment: ["PATH": "/usr/bin:/bin"])
            .capture(deadline: .seconds(20))
        #expect(RemoteState(shown.output.text.split(separator: "\n")).exit == .exited(5))
    }

    @Test func `before the host started anew is over without an end`() throws {
        let host = try SSHPlace()
        let pid = try Spawn.start(host.start("sleep 3"), descriptors: [-1, -1, -1])
        #expect(try host.eventually { try host.state().subState == "running" })
        #expect(try host.state().boot == "boot-1")
        try host.write("boot", "boot-2\n")
        let state = try host.state()
        #expect(state.boot == "boot-2")
        #expect(state.isUnknown && state.hasFiles && state.exit == nil)
        try host.write("boot", "boot-1\n")
        #expect(try host.run(RemoteUnit.remove("a-1", become: [])).ending.isSuccess)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }

    @Test func `whose keeper was killed lives on as long as the step does`() throws {
        let host = try SSHPlace()
        let go = "\(host.waiting); echo x >\(host.path)/effect"
        let pid = try Spawn.start(host.start(go), descriptors: [-1, -1, -1])
        #expect(try host.eventually { try host.state().subState == "running" })
        let claim = host.text("recover/recover-a-1.claim").split(separator: "\n")
        let line = try #require(claim.first { $0.hasPrefix("Pid=") })
        kill(try #require(pid_t(line.dropFirst(4))), SIGKILL)
        #expect(try host.eventually { try host.state().subState == "orphaned" })
        let state = try host.state()
        #expect(state.isLoaded && state.hasFiles && state.exit == nil)
        try host.write("go", "")
        #expect(try host.eventually { try host.state().isUnknown })
        #expect(host.exists("effect"))
        #expect(try host.state().exit == nil, "nobody saw how it ended")
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        #expect(status == 126 << 8)
    }

    @Test(arguments: both) func `without a place for its files says 125`(systemd: Bool) throws {
        let host = try SSHPlace(systemd: systemd)
        try host.write("recover", "no folder")
        let none = try host.start("echo x >\(host.path)/effect").capture(deadline: .seconds(20))
        #expect(none.ending == .exited(125))
        #expect(!host.exists("effect"))
    }

    @Test(arguments: both) func `runs programs, not words of the shell`(systemd: Bool) throws {
        let host = try SSHPlace(systemd: systemd)
        let words = ["$HOME", "${PATH}", "a$", "$$", "\n", "", "'", "tail\n\n"]
        let done = try host.start(["printf", "%s|"] + words).capture(deadline: .seconds(20))
        #expect(done.output.text == words.map { $0 + "|" }.joined(), "\(done.error.text)")
        let none = try host.start(["exit", "0"], "a-2").capture(deadline: .seconds(20))
        #expect(RemoteUnit.ending(none.error.bytes, of: "a-2").exit == .exited(127))
    }
}
