import Estates
import Testing
import YAML

@Suite struct `A source in a binding` {
    private static let ssh = """
        binding: 1
        estate: e
        secrets: { deploy: /etc/recover/deploy, relative: here }
        sources:
          desired:
            url: ssh://git@git.example.org:2222/team/home.git
            branch: main
            path: clusters
            host-keys: [ssh-ed25519 AAAA, ssh-rsa BBBB]
            credentials: deploy
            limits: { memory-mib: 256, objects: 50000, deadline: 90s }

        """
    private static let https = """
        binding: 1
        estate: e
        secrets: { deploy: /etc/recover/deploy }
        sources:
          desired:
            url: https://git.example.org/team/home.git
            branch: main
            path: clusters
            ca: /etc/recover/ca.pem
            credentials: deploy

        """

    private func read(_ text: String) throws -> (binding: Binding?, findings: [String]) {
        try Files.with(text) { path in
            do throws(Diagnostics) {
                return (try Binding(reading: path), [])
            } catch { return (nil, error.list.map { "\($0.code) \($0.mark?.description ?? "")" }) }
        }
    }

    @Test func `says whom to trust, who we are and how much it may take`() throws {
        let ssh = try #require(try read(Self.ssh).binding?.sources["desired"]?.access)
        #expect(
            ssh
                == SourceAccess(
                    hostKeys: ["ssh-ed25519 AAAA", "ssh-rsa BBBB"],
                    credentials: "/etc/recover/deploy",
                    memory: 256, objects: 50_000, deadline: 90))
        let https = try #require(try read(Self.https).binding?.sources["desired"]?.access)
        #expect(
            https
                == SourceAccess(
                    authority: "/etc/recover/ca.pem", credentials: "/etc/recover/deploy"))
        let one = Self.ssh.replacing(
            first: "[ssh-ed25519 AAAA, ssh-rsa BBBB]", with: "ssh-ed25519 AAAA")
        #expect(try read(one).binding?.sources["desired"]?.access.hostKeys == ["ssh-ed25519 AAAA"])
    }

    @Test func `names a branch or a tag, and not both`() throws {
        #expect(try read(Self.ssh).binding?.sources["desired"]?.reference == .branch("main"))
        let tag = Self.ssh.replacing(first: "branch: main", with: "tag: v1.4")
        #expect(try read(tag).binding?.sources["desired"]?.reference == .tag("v1.4"))
        let both = Self.ssh.replacing(first: "branch: main", with: "branch: main\n    tag: v1.4")
        #expect(try read(both).findings.first?.hasPrefix("BD-SOURCE 8:") == true)
        let none = Self.ssh.replacing(first: "    branch: main\n", with: "")
        #expect(try read(none).findings.first?.hasPrefix("BD-MISSING") == true)
    }

    @Test(arguments: [
        ("no key", "    host-keys: [ssh-ed25519 AAAA, ssh-rsa BBBB]\n", "", "ES-IDENT 6:5"),
        ("half a key", "ssh-rsa BBBB", "ssh-rsa", "ES-IDENT 9:16"),
        ("a password", "git@git", "git:pw@git", "BD-URL 6:10"),
        ("an option", "git@git.example.org", "git@-oProxyCommand=id", "BD-URL 6:10"),
        ("an option as user", "git@git", "-l@git", "BD-URL 6:10"),
        ("no user", "git@git", "git", "BD-URL 6:10"),
        ("a port of none", ":2222", ":0", "BD-URL 6:10"),
        ("a short address", "git.example.org", "10.1", "BD-URL 6:10"),
        ("a way upward", "/team/home.git", "/../home.git", "BD-URL 6:10"),
        ("a shell's word", "/team/home.git", "/a';id;'", "BD-URL 6:10"),
        ("a query", "/team/home.git", "/team?x", "BD-URL 6:10"),
        ("another protocol", "ssh://git@", "git://", "BD-URL 6:10"),
        (
            "a helper", "ssh://git@git.example.org:2222/team/home.git", "ext::sh -c id",
            "BD-URL 6:10"
        ),
        ("an authority of ssh", "branch: main", "ca: /ca.pem\n    branch: main", "BD-SOURCE 7:9"),
        ("no such secret", "credentials: deploy", "credentials: deply", "BD-SECRET 10:18"),
        ("a relative secret", "credentials: deploy", "credentials: relative", "BD-PATH 10:18"),
        ("little memory", "256", "16", "BD-LIMIT 11:27"),
        ("no time", "90s", "90", "BD-LIMIT 11:58"),
        ("many objects", "50000", "5000000", "BD-LIMIT 11:41"),
        ("an unknown limit", "objects:", "object:", "BD-UNKNOWN 11:32"),
        ("a key misspelt", "credentials:", "credential:", "BD-UNKNOWN 10:5"),
    ])
    func `over ssh that is wrong is told where`(
        name: String, from: String, to: String, expected: String
    ) throws {
        #expect(
            try read(Self.ssh.replacing(first: from, with: to)).findings == [expected], "\(name)")
    }

    @Test(arguments: [
        ("a user", "https://", "https://me@", "BD-URL 6:10"),
        ("a token", "https://", "https://me:token@", "BD-URL 6:10"),
        ("a key of ssh", "ca: /etc", "host-keys: ssh-rsa AAAA\n    ca: /etc", "BD-SOURCE 9:16"),
        ("a relative authority", "/etc/recover/ca.pem", "ca.pem", "BD-PATH 9:9"),
        ("no encryption", "https://", "http://", "BD-URL 6:10"),
        ("a misspelt authority", "    ca:", "    CA:", "BD-UNKNOWN 9:5"),
    ])
    func `over https that is wrong is told where`(
        name: String, from: String, to: String, expected: String
    ) throws {
        #expect(
            try read(Self.https.replacing(first: from, with: to)).findings == [expected], "\(name)")
    }
}
