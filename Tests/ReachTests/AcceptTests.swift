import JSON
import Processes
import Testing

@Suite struct AcceptTests {
    @Test func `a proven commit becomes verified, once or many times`() throws {
        let fixture = try Fixture()
        let commit = try fixture.commitFile("a: 1")
        #expect(try fixture.fetch().ending == .exited(0))
        for _ in 0..<2 {
            #expect(
                try fixture.accept(commit).json == ["verified": .string(commit), "branch": "main"])
        }
        let refs = try fixture.git(
            "--git-dir", fixture.mirror, "for-each-ref", "--format=%(refname)")
        #expect(refs == "refs/verified/main")
        #expect(try fixture.prove("refs/verified/main", last: commit).json?["descends"] == true)
    }

    @Test func `what was not fetched by this attempt is not accepted`() throws {
        let fixture = try Fixture()
        let first = try fixture.commitFile("a: 1")
        let second = try fixture.commitFile("a: 2", parent: first)
        #expect(try fixture.fetch().ending == .exited(0))
        for (commit, attempt) in [(first, "a1"), (second, "a2")] {
            let answer = try fixture.accept(commit, attempt: attempt)
            #expect(answer.ending == .exited(11))
            #expect(answer.code == "GT-MOVED")
        }
    }
}
