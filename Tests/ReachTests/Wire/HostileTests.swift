import Glibc
import JSON
import Processes
import Testing

/// Servers that mean harm, or are broken: an error with a name, nothing beside
/// the mirror, and a mirror that works afterwards.
@Suite(.timeLimit(.minutes(10))) struct HostileTests {
    let fixture: Fixture
    let authority: Authority

    init() throws {
        fixture = try Fixture()
        authority = try Authority("Source CA")
    }

    private var trusting: [String] { ["--ca", authority.certificate] }

    /// A history whose pack is longer than what a server sends before it stops.
    private func history() throws -> String {
        let noise = try Command("/usr/bin/openssl", ["rand", "-hex", "200000"])
            .capture(deadline: .seconds(30), window: 1 << 20)
        return try fixture.commitFile("text: \(noise.output.text)")
    }

    /// The honest server's fetch after a hostile one's.
    private func works(_ commit: String) throws {
        let honest = try fixture.serve(authority)
        let answer = try fixture.fetch(from: honest.url, trusting, attempt: "after")
        #expect(answer.json?["incoming"] == .string(commit), "\(answer)")
        #expect(try fixture.prove(commit).ending == .exited(0))
        #expect(try fixture.leftovers().isEmpty)
    }

    @Test(arguments: [("--hang", "list of refs"), ("--cut 100000", "the source's pack")])
    func `a server that stops answering meets the deadline`(_ hostility: String, _ words: String)
        throws
    {
        let commit = try history()
        let server = try HTTPSServer(
            authority, folder: fixture.root, hostility.split(separator: " ").map(String.init))
        let before = try fixture.listing()
        let answer = try fixture.fetch(from: server.url, trusting, deadline: 3)
        #expect(answer.ending == .exited(5))
        #expect(answer.code == "GT-TIMEOUT")
        #expect(
            answer.refusal?["reason"]?.string?.contains(words) == true, "\(answer.refusal as Any)")
        #expect(try fixture.listing() == before)
        try works(commit)
    }

    @Test func `killed in the middle of the pack, a fetch leaves a mirror to go on with`() throws {
        let commit = try history()
        let server = try fixture.serve(authority, "--cut", "100000")
        let pid = try Spawn.start(
            Command(
                try Program.path(),
                [
                    "fetch", "--mirror", fixture.mirror, "--url", server.url, "--branch", "main",
                    "--attempt", "a1",
                ] + trusting), descriptors: [-1, -1, -1])
        try server.waitFor("POST")
        // It has begun to write the pack.
        var found = false
        for _ in 0..<1000 where !found {
            usleep(10_000)
            found = try !fixture.leftovers().isEmpty
        }
        kill(pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        #expect(found)
        // A lock such as the kill of a ref's writer leaves.
        try fixture.git(["init", "--quiet"], bytes: [])
        mkdir(fixture.mirror + "/refs/incoming", 0o700)
        mkdir(fixture.mirror + "/refs/incoming/after", 0o700)
        close(
            open(
                fixture.mirror + "/refs/incoming/after/main.lock", O_CREAT | O_WRONLY | O_CLOEXEC,
                0o600))
        try works(commit)
    }

    @Test(arguments: [("--refs", "MiB of refs"), ("--progress", "MiB"), ("--objects", "objects")])
    func `no end of refs, of progress or of objects is a limit`(
        _ hostility: String, _ words: String
    ) throws {
        let commit = try fixture.commitFile("a: 1")
        let server = try fixture.serve(authority, hostility)
        let before = try fixture.listing()
        let answer = try fixture.fetch(from: server.url, trusting + ["--limit-mib", "96"])
        #expect(answer.code == "GT-LIMIT", "\(answer.refusal as Any)")
        #expect(
            answer.refusal?["reason"]?.string?.contains(words) == true, "\(answer.refusal as Any)")
        #expect(answer.output.isEmpty)
        #expect(try fixture.listing() == before)
        try works(commit)
    }

    @Test func `a pack bomb and too many objects end the fetch, not the caller`() throws {
        let first = try fixture.commitFile("a: 1")
        let zeros = [UInt8](repeating: 0x61, count: 40 << 20)
        let base = try fixture.git(["hash-object", "-w", "--stdin"], bytes: zeros)
        let like = try fixture.git(["hash-object", "-w", "--stdin"], bytes: zeros + [0x62])
        let plain = try fixture.commit(try fixture.tree("100644", "bomb", base))
        let server = try fixture.serve(authority)
        let before = try fixture.listing()
        // One large file costs nothing until somebody reads it, which nobody does.
        #expect(
            try fixture.fetch(from: server.url, trusting + ["--limit-mib", "64"]).ending.isSuccess)
        #expect(try fixture.prove(plain, path: ".").code == "GT-LIMIT")
        // A difference to it must be worked out while the pack is read.
        let pair = [("100644", Array("a".utf8), base), ("100644", Array("b".utf8), like)]
        try fixture.commit(try fixture.tree(pair))
        try fixture.git("-c", "core.bigFileThreshold=1g", "repack", "-a", "-d", "-f", "-q")
        let packed = try fixture.listing()
        try fixture.removeMirror()
        let bomb = try fixture.fetch(from: server.url, trusting + ["--limit-mib", "64"])
        #expect(bomb.ending == .exited(5))
        #expect(bomb.code == "GT-LIMIT", "\(bomb.refusal as Any)")
        #expect(try fixture.listing() == packed)
        #expect(packed != before)
        try fixture.git("update-ref", "refs/heads/main", first)
        let many = try fixture.fetch(from: server.url, trusting + ["--limit-objects", "3"])
        #expect(many.ending == .exited(11))
        #expect(many.code == "GT-LIMIT", "\(many.refusal as Any)")
        try works(first)
    }

    @Test func `hostile names and huge trees arrive as objects and are refused as trees`() throws {
        let blob = try fixture.blob("a: 1")
        let server = try fixture.serve(authority)
        let names = ["..", ".GIT", ".g\u{200C}it", "git~1", ".git . ", "a\\b"]
        for (number, name) in names.enumerated() {
            let commit = try fixture.commit(try fixture.tree("100644", name, blob))
            let before = try fixture.listing()
            let answer = try fixture.fetch(from: server.url, trusting, attempt: "a\(number)")
            // libgit2 itself refuses some of them while it reads the pack.
            if answer.ending.isSuccess {
                #expect(try fixture.prove(commit, path: ".").code == "GT-TREE", "\(name)")
            } else {
                #expect(answer.code == "GT-GIT")
            }
            #expect(try fixture.listing() == before)
        }
        let many = try fixture.commit(
            try fixture.tree((0..<20_001).map { ("100644", Array("f\(100_000 + $0)".utf8), blob) }))
        #expect(try fixture.fetch(from: server.url, trusting).ending == .exited(0))
        #expect(try fixture.prove(many, path: ".").code == "GT-LIMIT")
    }
}
