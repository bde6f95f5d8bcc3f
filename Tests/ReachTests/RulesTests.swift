import Testing

@testable import recover_reach

@Suite struct RulesTests {
    @Test(arguments: [
        "http://example.org/x", "git://example.org/x", "ssh://h/x", "ssh://-oProxyCommand=id@h/x",
        "ssh://git@-oProxyCommand=id/x", "ssh://git:pw@h/x", "ssh://git@h:0/x",
        "ssh://git@h/a';id;'",
        "ssh://git@h", "ssh://git@169.254.169.254/x", "ssh://g$x@h/x", "https://u:p@h/x",
        "https://u@h/x",
        "https://h/x?y", "https://h/../x", "https://0x7f.1/x", "https:///x", "https://h:99999/x",
        "https://h/%2e",
        "file:relative", "file://host/x", "file://", "/plain",
        "file:///a/../b", "file:///a b", "file:///a%20b", "file:///a?x", "file:///a'b",
        "file:///a\nb",
        "FILE:///a", "file:///a\0b", "file:///é", "git@h:x", "ext::sh -c id", "-ufile:///a",
    ])
    func `a URL outside the grammar is refused before libgit2 sees it`(_ url: String) {
        let refusal = #expect(throws: Refusal.self) { try SourceURL(url) }
        #expect(refusal?.code == "GT-URL")
        #expect(refusal?.exit == .refused)
    }

    @Test func `a file URL with an absolute path is taken as it is`() throws {
        let url = try SourceURL("file:///srv/git/home-2.git")
        #expect(url.path == "/srv/git/home-2.git")
        #expect(url.transport == .file)
    }

    @Test func `a server's URL is taken apart once`() throws {
        let https = try SourceURL("https://git.example.org/team/home.git")
        #expect(https.transport == .https(host: "git.example.org", port: 443))
        #expect(https.path == "/team/home.git")
        let ssh = try SourceURL("ssh://git@Example.org:2222/home.git")
        #expect(ssh.transport == .ssh(user: "git", host: "example.org", port: 2222))
        let v6 = try SourceURL("ssh://git@[::1]/home.git")
        #expect(v6.transport == .ssh(user: "git", host: "[::1]", port: 22))
    }

    @Test(arguments: [
        "", "/main", "main/", "a//b", "..", "a..b", "-x", ".x", "a/.x", "x.lock", "a b", "a~1",
        "a:b",
        "a^", "x.", "refs/*", "a\\b", "é",
    ])
    func `a branch name outside the grammar is refused`(_ name: String) {
        #expect(throws: Refusal.self) { try RefName.name(name) }
    }

    @Test(arguments: ["..", "a/b", "A", "", "-a", "a.b", "a b"])
    func `an attempt id outside the grammar is refused`(_ id: String) {
        #expect(throws: Refusal.self) { try RefName.attempt(id) }
    }

    @Test(arguments: ["main", "release/1.0", "feature_x-2"])
    func `an ordinary branch name is taken`(_ name: String) throws {
        #expect(try RefName.name(name) == name)
    }

    @Test(arguments: [
        ".git", ".GIT", ".Git", ".git.", ".git ", ".git . .", "git~1", "GIT~1", "git~1.",
        ".git::$INDEX_ALLOCATION", ".git:x", ".g\u{200C}it", "\u{FEFF}.git", ".gi\u{206A}t",
        "a\\b", "a\u{1B}b", "a\nb", "a\u{7F}", "a\u{85}b", "..", ".", "", "a/b",
    ])
    func `a name some file system reads as another is refused`(_ name: String) {
        #expect(EntryName.objection(to: Array(name.utf8)) != nil)
    }

    @Test(arguments: [".gitignore", ".github", "git", "git~2", "a.git", "größe.yaml", ".gitx"])
    func `an honest name is taken`(_ name: String) {
        #expect(EntryName.objection(to: Array(name.utf8)) == nil)
    }

    @Test func `a name that is not UTF-8 is refused`() {
        #expect(EntryName.objection(to: [0x61, 0xFF]) != nil)
        #expect(EntryName.objection(to: Array(repeating: 0x61, count: 256)) != nil)
    }

    @Test(arguments: ["a/../b", "/a", "a/", "a//b", ".git/config", "a\\b"])
    func `a path that leaves its tree is refused`(_ path: String) {
        #expect(throws: Refusal.self) { try TreePath(path) }
    }

    @Test(arguments: ["", "."])
    func `the root has two spellings`(_ path: String) throws {
        #expect(try TreePath(path).parts.isEmpty)
    }

    @Test func `options are known, complete and given once`() {
        let wrong = [
            [], ["steal"], ["read"], ["read", "--mirror"],
            ["read", "--mirror", "/m", "--mirror", "/m"],
            ["read", "--mirror", "/m", "--commit", "c", "--path", "p", "--url", "u"],
        ]
        for arguments in wrong {
            let refusal = #expect(throws: Refusal.self) { try Invocation(parsing: arguments) }
            #expect(refusal?.exit == .usage)
        }
    }
}
