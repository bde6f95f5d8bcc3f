import Glibc
import Processes
import RecoveryEngine
import Testing

@testable import Effects

/// Through the real ssh and the real sshd.
@Suite(.serialized) struct `An ssh session` {
    private func ask(
        _ daemon: SSHDaemon, pins: String? = "host", client: String = "client", _ line: String
    ) throws -> Captured {
        try daemon.client(pins: pins).command(
            "n1", daemon.host(client: client), remote: line
        ).capture(deadline: .seconds(20))
    }

    @Test func `with the right keys answers`() throws {
        let daemon = try SSHDaemon()
        let line = RemoteUnit.question(["printf", "%s", "a  b'"], become: [])
        let answer = try ask(daemon, line)
        #expect(answer.ending.isSuccess, "\(answer.error.text)")
        #expect(answer.output.text == "a  b'")
    }

    @Test(arguments: [
        ("host", "other-client", "Permission denied"),
        (nil, "client", "Host key verification failed"),
        ("other-host", "client", "Host key verification failed"),
    ])
    func `with a wrong key runs nothing`(pins: String?, client: String, words: String) throws {
        let daemon = try SSHDaemon()
        let answer = try ask(daemon, pins: pins, client: client, "touch \(daemon.path)/effect")
        #expect(answer.ending == .exited(255))
        #expect(answer.error.text.contains(words), "\(answer.error.text)")
        #expect(access("\(daemon.path)/effect", F_OK) != 0)
        #expect(daemon.logins == 0)
    }

    @Test func `pins no key that says more than one key`() throws {
        let daemon = try SSHDaemon()
        let client = try daemon.client()
        let hosts = "\(daemon.path)/ssh/known_hosts"
        for (name, key) in [
            ("n1", daemon.key("host") + "\n* " + daemon.key("host")), ("*", daemon.key("host")),
            ("n1", "@revoked * AAAA"), ("n1,*", daemon.key("host")), ("n1", ""),
        ] {
            #expect(client.prepare(keys: [name: key]))
            #expect(Files.read(hosts) == [], "\(name) \(key)")
        }
    }

    /// Starts a step, cuts its connection in the middle, and lets it go on.
    @Test(arguments: [false, true], [false, true])
    func `that is cut leaves the step at work`(systemd: Bool, server: Bool) throws {
        let daemon = try SSHDaemon()
        let host = try SSHPlace(systemd: systemd)
        // Whoever sshd is, may write there.
        chmod(host.path, 0o777)
        let script = """
            head -c 3; echo begun; \(host.waiting)
            echo x >>\(host.path)/effect; exit 4
            """
        let line = RemoteUnit.start("a-1", ["sh", "-c", script], inputSize: 3, become: [])
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        write(ends[1], "abc", 3)
        close(ends[1])
        let file = open("\(host.path)/err", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let command = try daemon.client().command("n1", daemon.host(), remote: host.line(line))
        let pid = try Spawn.start(command, descriptors: [ends[0], file, file])
        close(ends[0])
        close(file)
        #expect(host.eventually { host.text("recover/recover-a-1.out").contains("begun") })
        if server {
            try #require(!daemon.sessions.isEmpty)
            for session in daemon.sessions { kill(session, SIGKILL) }
        } else {
            kill(pid, SIGKILL)
        }
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        #expect(status == (server ? 255 << 8 : SIGKILL))
        #expect(RemoteUnit.ending(Files.read("\(host.path)/err") ?? [], of: "a-1").exit == nil)

        let show = host.line(RemoteUnit.show("a-1", become: []))
        let state = { RemoteState(try self.ask(daemon, show).output.text.split(separator: "\n")) }
        let running = try state()
        #expect(running.isLoaded && running.hasFiles && running.exit == nil)
        try host.write("go", "")
        #expect(try host.eventually { try state().exit != nil })
        #expect(try state().exit == .exited(4))
        #expect(host.text("effect") == "x\n")
        let output = try ask(daemon, host.line(RemoteUnit.output("a-1", become: [])))
        #expect(output.output.text == "abcbegun\n")
    }

    @Test func `that is cut before all input came starts nothing`() throws {
        let daemon = try SSHDaemon()
        let host = try SSHPlace()
        chmod(host.path, 0o777)
        let line = RemoteUnit.start(
            "a-1", ["touch", "\(host.path)/effect"], inputSize: 1000, become: [])
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        write(ends[1], "half", 4)
        let command = try daemon.client().command("n1", daemon.host(), remote: host.line(line))
        let pid = try Spawn.start(command, descriptors: [ends[0]])
        #expect(host.eventually { !Folders.names(in: host.path + "/recover").isEmpty })
        for session in daemon.sessions { kill(session, SIGKILL) }
        close(ends[0])
        close(ends[1])
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        #expect(
            host.eventually { Folders.names(in: host.path + "/recover").isEmpty },
            "what came of the input stays")
        #expect(!host.exists("effect"))
        #expect(try host.state().isUnknown)
    }

    @Test func `brings 2,500 texts back byte for byte`() throws {
        let daemon = try SSHDaemon()
        let host = try SSHPlace()
        chmod(host.path, 0o777)
        var corpus = Corpus()
        for round in 0..<10 {
            let words = corpus.words(250)
            let line = RemoteUnit.start(
                "a-\(round)", ["printf", "%s\\0"] + words, inputSize: 0, become: [])
            let back = try ask(daemon, host.line(line))
            #expect(Corpus.differences(words, back.output.bytes) == [], "round \(round)")
        }
    }
}
