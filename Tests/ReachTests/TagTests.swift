import JSON
import Processes
import Testing

@Suite struct TagTests {
    private func refs(_ fixture: Fixture) throws -> String {
        try fixture.git("--git-dir", fixture.mirror, "for-each-ref", "--format=%(refname)")
    }

    @Test(arguments: [[], ["-a", "-m", "release"]])
    func `a tag arrives as the commit it names, in a corner of its own`(_ options: [String]) throws
    {
        let fixture = try Fixture()
        let commit = try fixture.commitFile("a: 1")
        try fixture.commitFile("a: 2", parent: commit)
        try fixture.commitFile("b: 1", branch: "tags/v1")
        try fixture.git(["tag"] + options + ["v1", commit], bytes: [])
        let answer = try fixture.fetch(tag: "v1")
        #expect(
            answer.json?["incoming"] == .string(commit),
            "\(String(decoding: answer.error, as: UTF8.self))")
        #expect(answer.json?["tag"] == "v1")
        #expect(answer.json?["branch"] == nil)
        #expect(try refs(fixture) == "refs/incoming-tags/a1/v1")
        #expect(try fixture.prove("refs/incoming-tags/a1/v1").json?["commit"] == .string(commit))
        let accepted = try Program.run([
            "accept", "--mirror", fixture.mirror, "--tag", "v1", "--commit", commit, "--attempt",
            "a1",
        ])
        #expect(accepted.json == ["verified": .string(commit), "tag": "v1"])
        #expect(try refs(fixture) == "refs/verified-tags/v1")
        let verified = ["verified", "--mirror", fixture.mirror]
        #expect(try Program.run(verified + ["--tag", "v1"]).json?["commit"] == .string(commit))
        #expect(try Program.run(verified + ["--branch", "tags/v1"]).code == "GT-REF")
    }

    @Test func `a tag of a tag is its commit, one of a tree is none`() throws {
        let fixture = try Fixture()
        let commit = try fixture.commitFile("a: 1")
        try fixture.git("tag", "-a", "-m", "one", "v1", commit)
        try fixture.git("tag", "-a", "-m", "two", "v2", "v1")
        #expect(try fixture.fetch(tag: "v2").json?["incoming"] == .string(commit))
        try fixture.git("tag", "-a", "-m", "three", "v3", "\(commit)^{tree}")
        let answer = try fixture.fetch(tag: "v3")
        #expect(answer.code == "GT-REF" && answer.ending == .exited(5))
        #expect(try fixture.fetch(tag: "v4").code == "GT-REF")
    }

    @Test func `a source is a branch or a tag, and a tag's name has the same grammar`() throws {
        let fixture = try Fixture()
        let call = ["fetch", "--mirror", fixture.mirror, "--url", fixture.url, "--attempt", "a1"]
        #expect(try Program.run(call).ending == .exited(2))
        #expect(try Program.run(call + ["--branch", "main", "--tag", "v1"]).ending == .exited(2))
        #expect(try Program.run(call + ["--tag", "../v1"]).code == "GT-REF")
    }
}
