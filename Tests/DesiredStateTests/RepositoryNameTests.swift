import Estates
import JSON
import RecoveryEngine
import Testing

@Suite struct RepositoryNameTests {
    @Test(arguments: [
        "https://h/a/b", "https://h/a/b.git", "https://H:3000/a/b/", "ssh://git@h:2222/a/b",
        "ssh://git@h/a/b.git", "git@h:a/b.git", "git@H:a/b", "h:a/b", "git@h:/a/b",
        "https://ada:p@ss:1@h:8443/a/b", "http://h:/a/b", "[h:2222]:a/b", "git@[h:2222]:a/b",
    ])
    func `a repository is one whatever protocol, port and user reach it`(_ url: String) {
        #expect(RepositoryName.plain(url) == "h/a/b")
    }

    @Test(arguments: [
        ("https://h/a/B", "h/a/B"), ("git@h:2222/a", "h/2222/a"),
        ("file:///srv/Git/a.git", "/srv/Git/a"), ("/srv/Git/a:1", "/srv/Git/a:1"),
        ("ssh://git@[::1]:2222/a", "[::1]/a"), ("ssh://[FE80::1]/a", "[fe80::1]/a"),
        ("[::1]:a", "[::1]/a"), ("https://h:80x/a", "h:80x/a"), ("https://h", "h"), ("", ""),
        ("lab:repository", "lab/repository"),
    ])
    func `what tells repositories apart stays in the name`(_ url: String, _ name: String) {
        #expect(RepositoryName.plain(url) == name)
    }

    @Test func `what a journal pinned over ssh is found when the binding says https`() {
        let pin = PinRecord(
            run: "run-1", pinned: 0,
            data: [
                "url": "ssh://git@Git.example:2222/ops/state.git", "branch": "main", "commit": "c",
            ])
        #expect(Pins([pin]).at("https://git.example/ops/state").map(\.commit) == ["c"])
        #expect(Pins([pin]).at("https://git.example/ops/other").isEmpty)
    }
}
