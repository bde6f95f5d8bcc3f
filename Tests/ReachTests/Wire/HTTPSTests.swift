import Glibc
import JSON
import Processes
import Testing

/// Fetches from `git http-backend` behind TLS.
@Suite(.timeLimit(.minutes(10))) struct HTTPSTests {
    let fixture: Fixture
    let authority: Authority

    init() throws {
        fixture = try Fixture()
        authority = try Authority("Source CA")
    }

    private var trusting: [String] { ["--ca", authority.certificate] }

    @Test(arguments: ["--tls13", "--plain"])
    func `a branch arrives, and later what is new of it`(_ mode: String) throws {
        let first = try fixture.commitFile("a: 1")
        let server = try fixture.serve(authority, mode)
        let before = try fixture.listing()
        let answer = try fixture.fetch(from: server.url, trusting)
        #expect(answer.json?["incoming"] == .string(first), "\(answer)")
        let again = try fixture.fetch(from: server.url, trusting, attempt: "a2")
        #expect(again.json?["incoming"] == .string(first))
        #expect(try fixture.listing() == before)
        // What is here already is not asked for.
        #expect(server.requests.count { $0.hasPrefix("POST") } == 1)
        let second = try fixture.commitFile("a: 2", parent: first)
        let third = try fixture.fetch(from: server.url, trusting, attempt: "a3")
        #expect(third.json?["incoming"] == .string(second))
        #expect(try fixture.prove(second, last: first).ending == .exited(0))
        #expect(server.requests.allSatisfy { $0.hasSuffix(" no") })
    }

    @Test func `a certificate of another authority is refused, and the system's are not asked`()
        throws
    {
        try fixture.commitFile("a: 1")
        let server = try fixture.serve(authority)
        let other = try Authority("Other CA")
        for options in [["--ca", other.certificate], []] {
            let answer = try fixture.fetch(from: server.url, options)
            #expect(answer.ending == .exited(5))
            #expect(answer.code == "GT-TLS")
        }
        let elsewhere = "https://localhost:\(server.port)/source"
        #expect(try fixture.fetch(from: elsewhere, trusting).code == "GT-TLS")
        let key = authority.path("server.key")
        #expect(try fixture.fetch(from: server.url, ["--ca", key]).code == "GT-FILE")
        #expect(server.requests.isEmpty)
    }

    @Test func `a handshake that is reset is a cut wire, and shows no certificate`() throws {
        let server = try fixture.serve(authority, "--reset")
        let answer = try fixture.fetch(from: server.url, trusting)
        #expect(answer.code == "GT-NET", "\(answer.refusal as Any)")
        #expect(answer.refusal?["reason"]?.string?.contains("certificate") == false)
    }

    /// Only root can give a file away and become somebody else.
    @Test(.enabled(if: geteuid() == 0))
    func `another user's credential and another user's mirror are left alone`() throws {
        let commit = try fixture.commitFile("a: 1")
        let server = try fixture.serve(authority)
        #expect(try fixture.fetch(from: server.url, trusting).ending.isSuccess)
        let place = try Folder()
        try place.write("token\n", to: "token")
        chown("\(place.path)/token", 65_534, 65_534)
        let theirs = try fixture.fetch(
            from: server.url, trusting + ["--credentials", "\(place.path)/token"])
        #expect(theirs.code == "GT-FILE")
        chmod(fixture.root, 0o755)
        let asked = server.requests.count
        let before = try fixture.listing()
        let stranger = try Command(
            "/usr/bin/setpriv",
            [
                "--reuid=65534", "--regid=65534", "--clear-groups", "--", try Program.path(),
                "read",
                "--mirror", fixture.mirror, "--commit", commit, "--path", "clusters/home/app.yaml",
            ]
        ).capture(deadline: .seconds(60))
        #expect(stranger.ending == .exited(3))
        #expect(stranger.error.text.contains("GT-MIRROR"))
        #expect(server.requests.count == asked)
        #expect(try fixture.listing() == before)
    }

    @Test func `a credential is read from a private file and said to nobody else`() throws {
        let commit = try fixture.commitFile("a: 1")
        let secret = "canary-\(getpid())"
        let place = try Folder()
        try place.write("ada:\(secret)\n", to: "user")
        try place.write(secret + "\n", to: "token")
        try place.write("ada:wrong\n", to: "wrong")
        try place.write("two\nlines\n", to: "lines")
        func fetch(_ server: HTTPSServer, _ file: String?) throws -> Program.Answer {
            let answer = try fixture.fetch(
                from: server.url,
                trusting + (file.map { ["--credentials", "\(place.path)/\($0)"] } ?? []))
            #expect(!String(decoding: answer.output + answer.error, as: UTF8.self).contains(secret))
            return answer
        }
        let basic = try fixture.serve(authority, "--user", "ada:\(secret)")
        #expect(try fetch(basic, nil).code == "GT-AUTH")
        #expect(try fetch(basic, "wrong").code == "GT-AUTH")
        #expect(try fetch(basic, "user").json?["incoming"] == .string(commit))
        let bearer = try fixture.serve(authority, "--token", secret)
        #expect(try fetch(bearer, "token").json?["incoming"] == .string(commit))
        let asked = basic.requests.count
        #expect(try fetch(basic, "lines").code == "GT-FILE")
        #expect(try fetch(basic, "none").code == "GT-FILE")
        chmod("\(place.path)/user", 0o640)
        #expect(try fetch(basic, "user").code == "GT-FILE")
        #expect(basic.requests.count == asked)
        // The mirror keeps nothing of it.
        let found = try Command("/bin/grep", ["-r", secret, fixture.mirror]).capture(
            deadline: .seconds(30))
        #expect(found.ending == .exited(1))
    }

    @Test func `a redirection is named and not followed`() throws {
        try fixture.commitFile("a: 1")
        let place = try Folder()
        try place.write("a-token\n", to: "token")
        let goal = try fixture.serve(authority)
        let server = try fixture.serve(authority, "--redirect", "https://127.0.0.1:\(goal.port)")
        let before = try fixture.listing()
        let answer = try fixture.fetch(
            from: server.url, trusting + ["--credentials", "\(place.path)/token"])
        #expect(answer.ending == .exited(5))
        #expect(answer.code == "GT-REDIRECT")
        #expect(
            answer.refusal?["reason"]?.string?.contains("https://127.0.0.1:\(goal.port)") == true)
        #expect(goal.requests.isEmpty)
        #expect(try fixture.listing() == before)
    }

    @Test(arguments: [("404", "GT-GONE"), ("403", "GT-AUTH"), ("503", "GT-NET")])
    func `what HTTP says is told in the words of a source`(_ status: String, _ code: String) throws
    {
        let server = try fixture.serve(authority, "--status", status)
        #expect(try fixture.fetch(from: server.url, trusting).code == code)
    }

    @Test func `a page, a missing branch and a closed port are told apart`() throws {
        try fixture.commitFile("a: 1", branch: "other")
        let page = try fixture.serve(authority, "--page")
        #expect(try fixture.fetch(from: page.url, trusting).code == "GT-GIT")
        let server = try fixture.serve(authority)
        #expect(try fixture.fetch(from: server.url, trusting).code == "GT-REF")
        #expect(
            try fixture.fetch(from: "https://127.0.0.1:\(server.port)/nothing", trusting).code
                == "GT-GONE")
        let port = try Loopback.freePort()
        #expect(
            try fixture.fetch(from: "https://127.0.0.1:\(port)/source", trusting).code == "GT-NET")
        #expect(
            try fixture.fetch(from: "https://nowhere.invalid/source", trusting).code == "GT-NET")
    }
}
