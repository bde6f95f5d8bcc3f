import Glibc
import Processes
import Testing

extension Fixture {
    /// A folder of the tests' own sources.
    static let servers =
        #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 }
        + "/Servers"

    /// An HTTPS server for the fixture's repository, with a certificate of
    /// `authority` for 127.0.0.1; its URL, and the server.
    func serve(_ authority: Authority, _ words: String...) throws -> HTTPSServer {
        try HTTPSServer(authority, folder: root, words)
    }

    /// Fetches from anywhere; `more` are further options.
    func fetch(
        from url: String, _ more: [String], attempt: String = "a1", deadline: Int = 60
    ) throws -> Program.Answer {
        try Program.run(
            [
                "fetch", "--mirror", mirror, "--url", url, "--branch", "main", "--attempt", attempt,
                "--deadline", String(deadline),
            ] + more,
            environment: ["HOME": home, "TMPDIR": home, "XDG_CONFIG_HOME": home])
    }

    /// Where a program would leave what it should not.
    private var home: String {
        mkdir(root + "/home", 0o700)
        return root + "/home"
    }

    /// Everything beside the mirror, with its size and when it was changed.
    func listing() throws -> String {
        _ = home
        let found = try Command(
            "/usr/bin/find",
            [
                root, "-path", mirror, "-prune", "-o", "!", "-path", root, "-printf",
                "%P %y %m %s %T@\\n",
            ]
        ).capture(deadline: .seconds(30))
        try #require(found.ending.isSuccess)
        return found.output.text.split(separator: "\n").sorted().joined(separator: "\n")
    }

    func removeMirror() throws {
        let removed = try Command("/bin/rm", ["-rf", "--", mirror]).capture(deadline: .seconds(30))
        try #require(removed.ending.isSuccess)
    }

    /// Packs nobody finished, and locks nobody holds.
    func leftovers() throws -> [Substring] {
        let found = try Command(
            "/usr/bin/find", [mirror, "-name", "*.lock", "-o", "-name", "*_git2_*"]
        ).capture(deadline: .seconds(30))
        return found.output.text.split(separator: "\n")
    }
}

/// `git http-backend` behind TLS, see Servers/git-https.py.
final class HTTPSServer {
    private let folder: Folder
    private let daemon: Daemon
    let port: Int

    init(_ authority: Authority, folder root: String, _ words: [String]) throws {
        if access(authority.path("server.pem"), F_OK) != 0 {
            try authority.issue("server", for: "IP:127.0.0.1")
        }
        folder = try Folder()
        daemon = try Daemon(
            "/usr/bin/python3",
            [
                Fixture.servers + "/git-https.py", authority.path("server.pem"),
                authority.path("server.key"), root,
            ] + words, in: folder, log: "log")
        port = try #require(Int(try daemon.waitFor("port ")))
    }

    var url: String { "https://127.0.0.1:\(port)/source" }

    /// The requests so far: method, path and whether a credential came along.
    var requests: [Substring] {
        folder.read("log").split(separator: "\n").filter {
            $0.hasPrefix("GET") || $0.hasPrefix("POST")
        }
    }

    func waitFor(_ word: String) throws { _ = try daemon.waitFor(word) }
}
