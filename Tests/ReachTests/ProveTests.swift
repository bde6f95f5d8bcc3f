import JSON
import Processes
import Testing

@Suite struct ProveTests {
    @Test func `a first commit is proven and its files are listed from the root`() throws {
        let fixture = try Fixture()
        let commit = try fixture.commitFile("a: 1\n")
        #expect(try fixture.fetch().ending == .exited(0))
        let answer = try fixture.prove("refs/incoming/a1/main")
        #expect(answer.ending == .exited(0))
        #expect(answer.json?["commit"] == .string(commit))
        #expect(answer.json?["descends"] == "first")
        let file: JSONValue = [
            "path": "clusters/home/app.yaml", "blob": .string(try fixture.blob("a: 1\n")),
            "bytes": 5,
        ]
        #expect(answer.json?["files"] == [file])
    }

    @Test func `the same commit and a later one descend`() throws {
        let fixture = try Fixture()
        let first = try fixture.commitFile("a: 1")
        let second = try fixture.commitFile("a: 2", parent: first)
        #expect(try fixture.fetch().ending == .exited(0))
        for last in [first, second] {
            let answer = try fixture.prove(second, last: last)
            #expect(answer.ending == .exited(0))
            #expect(answer.json?["descends"] == true)
        }
    }

    @Test func `a branch moved back is a rollback`() throws {
        let fixture = try Fixture()
        let first = try fixture.commitFile("a: 1")
        let second = try fixture.commitFile("a: 2", parent: first)
        #expect(try fixture.fetch().ending == .exited(0))
        #expect(try fixture.accept(second).ending == .exited(0))
        try fixture.git("update-ref", "refs/heads/main", first)
        #expect(try fixture.fetch("a2").ending == .exited(0))
        let answer = try fixture.prove("refs/incoming/a2/main", last: second)
        #expect(answer.ending == .exited(11))
        #expect(answer.code == "GT-ROLLBACK")
        #expect(answer.json?["descends"] == false)
    }

    @Test func `a force-push to another history is a rollback, even when the last commit is gone`()
        throws
    {
        let fixture = try Fixture()
        let first = try fixture.commitFile("a: 1")
        #expect(try fixture.fetch().ending == .exited(0))
        try fixture.commitFile("b: 1")
        #expect(try fixture.fetch("a2").ending == .exited(0))
        #expect(try fixture.prove("refs/incoming/a2/main", last: first).code == "GT-ROLLBACK")
        let never = String(repeating: "0123456789", count: 4)
        #expect(try fixture.prove("refs/incoming/a2/main", last: never).code == "GT-ROLLBACK")
    }

    @Test(arguments: [
        ("120000", "link"), ("160000", "module"), ("100644", ".GIT"), ("100644", "git~1"),
        ("100644", "a\\b"), ("100644", "a\u{1B}[2Jb"), ("100644", ".g\u{200C}it"),
        ("100000", "odd"),
        ("100777", "odd"),
    ])
    func `a tree made by hand to mean more than files is refused`(_ mode: String, _ name: String)
        throws
    {
        let fixture = try Fixture()
        let target =
            mode == "160000" ? try fixture.commitFile("x") : try fixture.blob("/etc/shadow")
        let commit = try fixture.commit(try fixture.tree(mode, name, target))
        #expect(try fixture.fetch().ending == .exited(0))
        let answer = try fixture.prove(commit, path: ".")
        #expect(answer.ending == .exited(11))
        #expect(answer.code == "GT-TREE")
        #expect(answer.output.isEmpty)
        #expect(!answer.error.dropLast().contains { $0 < 0x20 })
    }

    @Test func `a directory that is a file in truth does not even arrive`() throws {
        let fixture = try Fixture()
        try fixture.commit(try fixture.tree("40000", "directory", try fixture.blob("x")))
        #expect(try fixture.fetch().code == "GT-GIT")
    }

    @Test func `a directory called .GIT is refused, and what lies outside the path is not judged`()
        throws
    {
        let fixture = try Fixture()
        let blob = try fixture.blob("x")
        let plain = try fixture.tree("100644", "app.yaml", blob)
        let commit = try fixture.commit(
            try fixture.tree([
                ("40000", Array(".GIT".utf8), plain), ("40000", Array("home".utf8), plain),
            ]))
        #expect(try fixture.fetch().ending == .exited(0))
        #expect(try fixture.prove(commit, path: ".").code == "GT-TREE")
        #expect(try fixture.prove(commit, path: "home").ending == .exited(0))
    }

    @Test(arguments: [
        [("100644", "app.yaml"), ("100644", "app.yaml")],
        [("100644", "a"), ("100644", "a.b"), ("40000", "a")],
        [("100644", "b"), ("100644", "a")],
        [("40000", "a"), ("100644", "a.b")],
    ])
    func `a tree in which one name has two meanings is refused`(_ entries: [(String, String)])
        throws
    {
        let fixture = try Fixture()
        let blob = try fixture.blob("x")
        let folder = try fixture.tree("100644", "leaf", blob)
        let tree = try fixture.tree(
            entries.map { ($0.0, Array($0.1.utf8), $0.0 == "40000" ? folder : blob) })
        for commit in [tree, try fixture.tree("40000", "home", tree)] {
            let commit = try fixture.commit(commit)
            #expect(try fixture.fetch().ending == .exited(0))
            for path in [".", "home", "home/app.yaml"] where path == "." || commit != tree {
                let answer = try fixture.prove(commit, path: path)
                #expect(answer.code == "GT-TREE", "\(path)")
            }
        }
    }

    @Test func `a path through a symbolic link is refused`() throws {
        let fixture = try Fixture()
        let commit = try fixture.commit(
            try fixture.tree("120000", "home", try fixture.blob("/root")))
        #expect(try fixture.fetch().ending == .exited(0))
        #expect(try fixture.prove(commit, path: "home").code == "GT-TREE")
        #expect(try fixture.prove(commit, path: "home/x").code == "GT-TREE")
        #expect(try fixture.prove(commit, path: "gone").code == "GT-PATH")
    }

    @Test func `a megabyte is a file and one byte more is not`() throws {
        let fixture = try Fixture()
        for (extra, code) in [(0, nil), (1, "GT-LIMIT")] {
            let blob = try fixture.git(
                ["hash-object", "-w", "--stdin"],
                bytes: Array(repeating: 0x61, count: 1 << 20 + extra))
            let commit = try fixture.commit(try fixture.tree("100644", "large", blob))
            #expect(try fixture.fetch().ending == .exited(0))
            #expect(try fixture.prove(commit, path: ".").code == code)
        }
    }

    @Test func `twenty thousand entries are a tree and one more is not`() throws {
        let fixture = try Fixture()
        let blob = try fixture.blob("x")
        for (count, code) in [(20_000, nil), (20_001, "GT-LIMIT")] {
            let entries = (0..<count).map { ("100644", Array("n\($0 + 100_000)".utf8), blob) }
            let commit = try fixture.commit(try fixture.tree(entries))
            #expect(try fixture.fetch().ending == .exited(0))
            #expect(try fixture.prove(commit, path: ".").code == code)
        }
    }

    @Test func `a tree that repeats itself exponentially is refused at once`() throws {
        let fixture = try Fixture()
        var id = try fixture.tree("100644", "leaf", try fixture.blob("x"))
        for _ in 0..<20 {
            id = try fixture.tree((0..<10).map { ("40000", Array("d\($0)".utf8), id) })
        }
        let commit = try fixture.commit(id)
        #expect(try fixture.fetch().ending == .exited(0))
        #expect(try fixture.prove(commit, path: ".").code == "GT-LIMIT")
    }

    @Test func `nesting has an end`() throws {
        let fixture = try Fixture()
        var id = try fixture.tree("100644", "leaf", try fixture.blob("x"))
        for _ in 0..<40 { id = try fixture.tree("40000", "d", id) }
        let commit = try fixture.commit(id)
        #expect(try fixture.fetch().ending == .exited(0))
        #expect(try fixture.prove(commit, path: "").code == "GT-LIMIT")
    }

    @Test(arguments: ["HEAD", "refs/heads/main", "main", "refs/incoming/../x", "1234", "main~1"])
    func `only a whole commit id or a ref of the mirror names a commit`(_ name: String) throws {
        let fixture = try Fixture()
        try fixture.commitFile("a: 1")
        #expect(try fixture.fetch().ending == .exited(0))
        let answer = try fixture.prove(name)
        #expect(answer.ending == .exited(3))
        #expect(answer.code == "GT-REF")
    }
}
