import Processes
import Testing

@Suite struct ReadTests {
    @Test func `a file is written byte for byte`() throws {
        let fixture = try Fixture()
        let content = "a: 1\r\n\u{0}\u{1B}é"
        let commit = try fixture.commitFile(content)
        #expect(try fixture.fetch().ending == .exited(0))
        let answer = try fixture.read(commit, "clusters/home/app.yaml")
        #expect(answer.ending == .exited(0))
        #expect(answer.output == Array(content.utf8))
    }

    @Test func `a directory, a symbolic link and nothing are not files`() throws {
        let fixture = try Fixture()
        let blob = try fixture.blob("/etc/shadow")
        let commit = try fixture.commit(
            try fixture.tree([
                ("40000", Array("dir".utf8), try fixture.tree("100644", "x", blob)),
                ("120000", Array("link".utf8), blob),
            ]))
        #expect(try fixture.fetch().ending == .exited(0))
        let wrong = [
            ("dir", "GT-TREE"), ("link", "GT-TREE"), ("link/x", "GT-PATH"), ("gone", "GT-PATH"),
        ]
        for (path, code) in wrong {
            let answer = try fixture.read(commit, path)
            #expect(answer.code == code)
            #expect(answer.output.isEmpty)
        }
        #expect(try fixture.read(commit, "../x").code == "GT-PATH")
    }
}
