import Estates
import Glibc
import Processes
import Testing

@testable import Effects

@Suite(.serialized) struct `A shared connection` {
    private func ask(
        _ daemon: SSHDaemon, _ client: SSHClient, key: String?, _ line: String = "echo yes",
        deadline: Duration = .seconds(20)
    ) throws -> Captured {
        try client.command("n1", daemon.host(), remote: line, sharing: key)
            .capture(deadline: deadline)
    }

    private func masters(_ daemon: SSHDaemon) -> [String] {
        SSHSharing(directory: "\(daemon.path)/ssh")?.sockets ?? []
    }

    /// The process that holds the only master of `daemon`.
    private func master(_ daemon: SSHDaemon, _ client: SSHClient) throws -> pid_t {
        let socket = try #require(masters(daemon).first)
        let told = try Command(
            client.program, ["-o", "ControlPath=\(socket)", "-O", "check", "none"],
            environment: client.environment
        ).capture(deadline: .seconds(10))
        // Master running (pid=123)
        let digits = told.error.text.drop { $0 != "=" }.dropFirst().prefix { $0.isNumber }
        return try #require(pid_t(digits), "\(told.error.text)")
    }

    @Test func `serves many questions with one login and ends when told`() throws {
        let daemon = try SSHDaemon()
        let client = try daemon.client()
        let key = daemon.key("host")
        var spent: [Duration] = []
        for sharing in [nil, key] {
            spent.append(
                try ContinuousClock().measure {
                    for _ in 0..<20 {
                        let answer = try ask(daemon, client, key: sharing)
                        #expect(answer.output.text == "yes\n", "\(answer.error.text)")
                    }
                })
        }
        #expect(daemon.logins == 21)
        print("20 questions: \(spent[0].milliseconds) ms alone, \(spent[1].milliseconds) ms shared")
        let pid = try master(daemon, client)
        client.endSharing()
        #expect(masters(daemon) == [])
        #expect(Workshop.eventually { Workshop.isGone(pid) })
    }

    @Test func `that died is not an answer, and not in the way`() throws {
        let daemon = try SSHDaemon()
        let client = try daemon.client()
        let key = daemon.key("host")
        _ = try ask(daemon, client, key: key)
        let pid = try master(daemon, client)
        kill(pid, SIGSTOP)
        let waiting = try ask(daemon, client, key: key, deadline: .seconds(2))
        #expect(waiting.ending == .timedOut && waiting.output.total == 0)
        kill(pid, SIGKILL)
        #expect(Workshop.eventually { Workshop.isGone(pid) })
        #expect(!masters(daemon).isEmpty, "a dead master leaves its socket")
        #expect(try ask(daemon, client, key: key).output.text == "yes\n")
        // In the middle of a question.
        let next = try master(daemon, client)
        let killer = try Spawn.start(
            Command("/bin/sh", ["-c", "sleep 0.5; kill -9 \(next)"]), descriptors: [])
        let cut = try ask(daemon, client, key: key, "echo half; sleep 2; exit 0")
        var status: Int32 = 0
        waitpid(killer, &status, 0)
        #expect(cut.ending == .exited(255))
        client.endSharing()
    }

    @Test func `made under one key says nothing once another is pinned`() throws {
        let daemon = try SSHDaemon()
        let client = try daemon.client()
        #expect(try ask(daemon, client, key: daemon.key("host")).ending.isSuccess)
        // The host was set up anew: what answers there now must have the new key.
        let renewed = try daemon.client(pins: "other-host")
        #expect(try ask(daemon, renewed, key: daemon.key("other-host")).ending == .exited(255))
        client.endSharing()
    }

    @Test func `is never what an acting step uses`() throws {
        let daemon = try SSHDaemon()
        let client = try daemon.client()
        let acting = try client.command("n1", daemon.host(), remote: "true")
        #expect(!acting.arguments.contains { $0.contains("Control") })
        _ = try ask(daemon, client, key: daemon.key("host"))
        _ = try acting.capture(deadline: .seconds(20))
        #expect(daemon.logins == 2)
        client.endSharing()
    }

    @Test func `is not tried where its socket could not be, or not be private`() throws {
        let workshop = try Workshop()
        let make = { (name: String, mode: mode_t) in
            let path = workshop.path + "/" + name
            mkdir(path, mode)
            chmod(path, mode)
            defer { rmdir(path) }
            return SSHSharing(directory: path) != nil
        }
        #expect(make("good", 0o700))
        #expect(!make("open", 0o750))
        #expect(!make("a b", 0o700))
        #expect(!make("%h", 0o700))
        #expect(!make(String(repeating: "l", count: 80), 0o700))
        #expect(SSHSharing(directory: workshop.path + "/none") == nil)
    }
}
