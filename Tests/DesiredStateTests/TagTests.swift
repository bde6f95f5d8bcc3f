import DesiredState
import Estates
import JSON
import RecoveryEngine
import Testing

/// A source that is a tag: it stays what it was, or it is refused.
@Suite struct TagTests {
    let origin: Origin

    init() throws { origin = try Origin() }

    private func pin(_ tag: String, after pinned: [JSONValue], _ attempt: String) throws -> Pinning
    {
        try origin.reach().pin(
            origin.binding(at: .tag(tag)), name: "state",
            after: origin.pins(pinned, at: .tag(tag)), attempt: attempt)
    }

    @Test(arguments: [[], ["-a", "-m", "release"]])
    func `it is pinned, and pinned again, and refused once it has moved`(_ options: [String]) throws
    {
        let first = try origin.commit("a: 1")
        try origin.run("/usr/bin/git", ["-C", origin.source, "tag"] + options + ["v1"])
        let second = try origin.commit("a: 2")
        let pinned = try #require(try pin("v1", after: [], "a1").facts)
        #expect(pinned["commit"] == .string(first))
        #expect(pinned["tag"] == "v1")
        #expect(pinned["branch"] == nil)
        #expect(try pin("v1", after: [pinned], "a2").facts?["commit"] == .string(first))
        // Onward: it descends, and is another commit all the same.
        try origin.run("/usr/bin/git", ["-C", origin.source, "tag", "-f"] + options + ["v1"])
        let moved = try #require(try pin("v1", after: [pinned], "a3").refutation)
        #expect(
            moved.hasPrefix(
                "GT-MOVED: tag v1 is \(second) now, and run run-1 pinned it as \(first)"))
        // Nothing of it was kept: without the source it is what it was.
        try origin.run("/bin/mv", [origin.source, origin.source + "-away"])
        let offline = try pin("v1", after: [pinned], "a4")
        #expect(offline.facts?["commit"] == .string(first), "\(offline)")
    }

    @Test func `a newer tag is pinned if it descends, an older one is a rollback`() throws {
        try origin.commit("a: 1")
        try origin.git("tag", "v1")
        let second = try origin.commit("a: 2")
        try origin.git("tag", "v2")
        let old = try #require(try pin("v1", after: [], "a1").facts)
        let new = try #require(try pin("v2", after: [old], "a2").facts)
        #expect(new["commit"] == .string(second))
        #expect(
            try pin("v1", after: [old, new], "a3").refutation?.hasPrefix("GT-ROLLBACK") == true)
        // Moved back between two others: what it was last is what counts.
        try origin.git("tag", "-f", "v1")
        #expect(try pin("v1", after: [old, new], "a4").refutation?.hasPrefix("GT-MOVED") == true)
    }

    @Test func `without its source no other tag and no branch stands in for it`() throws {
        try origin.commit("a: 1")
        try origin.git("tag", "v1")
        let pinned = try #require(try pin("v1", after: [], "a1").facts)
        #expect(try origin.pin().facts != nil)
        try origin.run("/bin/mv", [origin.source, origin.source + "-away"])
        guard case .failed(let why) = try pin("v2", after: [pinned], "a2") else {
            Issue.record("another one was pinned")
            return
        }
        #expect(why.hasPrefix("GT-NET: ") && why.contains("no commit of tag v2"), "\(why)")
    }

    @Test func `the commit's signature decides, whoever signed the tag`() throws {
        let key = try origin.sshKey("ada")
        let signers = Binding.Signers(
            ssh: try origin.file("allowed", "ada@example.org namespaces=\"git\" \(key)\n"))
        try origin.commit("a: 1")
        try origin.run(
            "/usr/bin/git",
            [
                "-C", origin.source, "-c", "gpg.format=ssh", "-c",
                "user.signingKey=\(origin.root)/ada",
                "tag", "-s", "-m", "signed", "v1",
            ])
        let refused = try origin.pin(signers, at: .tag("v1"))
        #expect(refused.refutation?.hasPrefix("GT-SIG") == true, "\(refused)")
        try origin.sshCommit("a: 2", key: "ada")
        try origin.git("tag", "v2")
        let signed = try origin.pin(signers, at: .tag("v2"), attempt: "a2")
        #expect(signed.facts?.at("signed", "by") == "ada@example.org", "\(signed)")
    }
}
