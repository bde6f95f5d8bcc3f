import Glibc
import JSON
import Processes
import Testing

/// Fetches through the real ssh from the real sshd.
@Suite(.timeLimit(.minutes(10))) struct SSHTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    @Test func `a branch arrives, and later what is new of it`() throws {
        let first = try fixture.commitFile("a: 1")
        let server = try SSHServer()
        let url = server.url(fixture.source)
        let before = try fixture.listing()
        let answer = try fixture.fetch(from: url, server.options())
        #expect(answer.json?["incoming"] == .string(first), "\(answer)")
        #expect(try fixture.listing() == before)
        #expect(try fixture.fetch(from: url, server.options(), attempt: "a2").ending == .exited(0))
        let second = try fixture.commitFile("a: 2", parent: first)
        let third = try fixture.fetch(from: url, server.options(), attempt: "a3")
        #expect(third.json?["incoming"] == .string(second))
        #expect(try fixture.prove(second, last: first).ending == .exited(0))
        // One of several pinned keys suffices.
        let both = server.options(host: "other-host") + ["--host-key", server.key("host")]
        #expect(try fixture.fetch(from: url, both, attempt: "a4").ending == .exited(0))
    }

    @Test func `only a pinned key is talked to`() throws {
        try fixture.commitFile("a: 1")
        let server = try SSHServer()
        let url = server.url(fixture.source)
        let before = try fixture.listing()
        let changed = try fixture.fetch(from: url, server.options(host: "other-host"))
        #expect(changed.ending == .exited(5))
        #expect(changed.code == "GT-HOSTKEY")
        #expect(changed.refusal?["reason"]?.string?.contains("SHA256:") == true)
        let credentials = Array(server.options().suffix(2))
        // Neither this user's known hosts nor a first use count.
        mkdir(fixture.root + "/home/.ssh", 0o700)
        let unknown = try fixture.fetch(from: url, credentials)
        #expect(unknown.ending == .exited(3))
        #expect(unknown.code == "GT-HOSTKEY")
        let nonsense = try fixture.fetch(
            from: url, credentials + ["--host-key", "* ssh-ed25519 AAAA"])
        #expect(nonsense.code == "GT-HOSTKEY")
        #expect(server.logins == 0)
        #expect(try fixture.listing().contains(before.prefix(1)))
    }

    @Test func `a refused login and a missing repository are told apart`() throws {
        try fixture.commitFile("a: 1")
        let server = try SSHServer()
        let stranger = try fixture.fetch(
            from: server.url(fixture.source), server.options(client: "other-client"))
        #expect(stranger.code == "GT-AUTH", "\(stranger.refusal as Any)")
        let nothing = try fixture.fetch(from: server.url("/nothing"), server.options())
        #expect(nothing.code == "GT-GONE", "\(nothing.refusal as Any)")
        let port = try Loopback.freePort()
        let closed = try fixture.fetch(from: "ssh://git@127.0.0.1:\(port)/x", server.options())
        #expect(closed.code == "GT-NET", "\(closed.refusal as Any)")
        chmod("\(server.folder.path)/client", 0o644)
        #expect(
            try fixture.fetch(from: server.url(fixture.source), server.options()).code == "GT-FILE")
    }

    @Test(arguments: ["", "git-upload-pack SOURCE | head -c 600;"])
    func `a server that stops answering meets the deadline and keeps no ssh`(_ first: String) throws
    {
        let commit = try fixture.commitFile("a: 1")
        let server = try SSHServer(
            force: first.replacing("SOURCE", with: fixture.source) + "sleep 300")
        let before = try fixture.listing()
        let answer = try fixture.fetch(
            from: server.url(fixture.source), server.options(), deadline: 5)
        #expect(answer.ending == .exited(5))
        #expect(answer.code == "GT-TIMEOUT", "\(answer.refusal as Any)")
        #expect(try fixture.listing() == before)
        var left = true
        for _ in 0..<500 where left {
            left = try !clients().isEmpty
            if left { usleep(20_000) }
        }
        #expect(!left, "an ssh of the fetch is still there")
        let honest = try SSHServer()
        let after = try fixture.fetch(from: honest.url(fixture.source), honest.options())
        #expect(after.json?["incoming"] == .string(commit))
    }

    /// Processes that work in the mirror.
    private func clients() throws -> [String] {
        var found: [String] = []
        let directory = try #require(opendir("/proc"))
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard pid_t(name) != nil else { continue }
            var link = [CChar](repeating: 0, count: 1024)
            let count = readlink("/proc/\(name)/cwd", &link, link.count)
            let place = link.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
            if String(decoding: place, as: UTF8.self) == fixture.mirror { found.append(name) }
        }
        return found
    }
}
