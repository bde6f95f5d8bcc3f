import Glibc
import Processes
import Testing

/// A temporary folder with a source repository, made by the real git, and room
/// for a mirror; removed with the object.
final class Fixture {
    let root: String

    var source: String { root + "/source" }
    var mirror: String { root + "/mirror" }
    var url: String { "file://" + source }

    init() throws {
        let template = try #require(strdup("/tmp/reach-XXXXXX"))
        defer { free(template) }
        try #require(mkdtemp(template) != nil)
        root = String(cString: template)
        try git("init", "--quiet", "--initial-branch=main", source)
    }

    deinit {
        _ = try? Command("/bin/rm", ["-rf", "--", root]).capture(deadline: .seconds(30))
    }

    /// Runs git in the source repository and returns what it printed.
    @discardableResult
    func git(_ arguments: String..., input: String = "") throws -> String {
        try git(arguments, bytes: Array(input.utf8))
    }

    @discardableResult
    func git(_ arguments: [String], bytes: [UInt8]) throws -> String {
        let place = arguments.first == "init" ? [] : ["-C", source]
        let captured = try Command(
            "/usr/bin/git", place + arguments,
            environment: [
                "PATH": "/usr/bin:/bin", "HOME": root, "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org",
                "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org",
                "GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000",
            ], input: bytes
        ).capture(deadline: .seconds(60))
        try #require(captured.ending.isSuccess, "git \(arguments): \(captured.error.text)")
        return captured.output.text.split(separator: "\n").first.map(String.init) ?? ""
    }

    /// The id of a blob with this content.
    func blob(_ content: String) throws -> String {
        try git("hash-object", "-w", "--stdin", input: content)
    }

    /// A tree object written byte for byte, with no rule applied: what a
    /// hostile server can send.
    func tree(_ entries: [(mode: String, name: [UInt8], id: String)]) throws -> String {
        var bytes: [UInt8] = []
        for entry in entries {
            bytes += Array(entry.mode.utf8) + [0x20] + entry.name + [0]
            bytes += stride(from: 0, to: 40, by: 2).map { offset in
                UInt8(entry.id.dropFirst(offset).prefix(2), radix: 16) ?? 0
            }
        }
        return try git(["hash-object", "-t", "tree", "-w", "--literally", "--stdin"], bytes: bytes)
    }

    func tree(_ mode: String, _ name: String, _ id: String) throws -> String {
        try tree([(mode, Array(name.utf8), id)])
    }

    /// Commits `tree` and moves `branch` there, whatever was there before.
    @discardableResult
    func commit(_ tree: String, parent: String? = nil, branch: String = "main") throws -> String {
        let parents = parent.map { ["-p", $0] } ?? []
        let commit = try git(["commit-tree", tree, "-m", "state"] + parents, bytes: [])
        try git("update-ref", "refs/heads/" + branch, commit)
        return commit
    }

    /// Commits one plain file below `clusters/home`.
    @discardableResult
    func commitFile(_ content: String, parent: String? = nil, branch: String = "main") throws
        -> String
    {
        let home = try tree("100644", "app.yaml", try blob(content))
        let clusters = try tree("40000", "home", home)
        return try commit(try tree("40000", "clusters", clusters), parent: parent, branch: branch)
    }

    func fetch(_ attempt: String = "a1", branch: String = "main") throws -> Program.Answer {
        try Program.run([
            "fetch", "--mirror", mirror, "--url", url, "--branch", branch, "--attempt", attempt,
        ])
    }

    /// Fetches a tag, and what answered.
    func fetch(tag: String, _ attempt: String = "a1") throws -> Program.Answer {
        try Program.run([
            "fetch", "--mirror", mirror, "--url", url, "--tag", tag, "--attempt", attempt,
        ])
    }

    func prove(
        _ commit: String, last: String = "none", path: String = "clusters/home"
    ) throws -> Program.Answer {
        try Program.run([
            "prove", "--mirror", mirror, "--incoming", commit, "--last", last, "--path", path,
        ])
    }

    func accept(_ commit: String, attempt: String = "a1") throws -> Program.Answer {
        try Program.run([
            "accept", "--mirror", mirror, "--branch", "main", "--commit", commit, "--attempt",
            attempt,
        ])
    }

    func read(_ commit: String, _ path: String) throws -> Program.Answer {
        try Program.run(["read", "--mirror", mirror, "--commit", commit, "--path", path])
    }
}
