import DesiredState
import Estates
import Testing

/// What the binding says of a source is what recover-reach is started with.
@Suite struct AccessTests {
    /// The arguments of a fetch from `url`, one in a line.
    private func arguments(_ url: String, _ access: SourceAccess) throws -> [String] {
        let origin = try Origin()
        let script = try origin.file(
            "reach",
            """
            #!/bin/sh
            for word; do echo "$word" >>\(origin.root)/words; done
            echo '{"incoming":"\(String(repeating: "1", count: 40))","committed":1}'

            """, mode: 0o700)
        let reach = Reach(
            program: script, mirrors: origin.root + "/mirrors", environment: [:], tool: { _ in nil }
        )
        _ = try reach.head(
            of: Binding.Source(url: url, at: .branch("main"), path: ".", access: access),
            name: "state",
            attempt: "a1")
        return try origin.run("/bin/cat", [origin.root + "/words"])
            .split(separator: "\n").map(String.init)
    }

    @Test func `keys, authority, limits and the place of the credential are passed on`() throws {
        let ssh = try arguments(
            "ssh://git@h/x",
            SourceAccess(
                hostKeys: ["ssh-ed25519 AAAA", "ssh-rsa BBBB"], credentials: "/k", memory: 96,
                objects: 7, deadline: 9))
        #expect(
            ssh.dropFirst(9) == [
                "--limit-mib", "96", "--limit-objects", "7", "--deadline", "9", "--host-key",
                "ssh-ed25519 AAAA", "--host-key", "ssh-rsa BBBB", "--credentials", "/k",
            ])
        let https = try arguments("https://h/x", SourceAccess(authority: "/ca.pem"))
        #expect(https.suffix(2) == ["--ca", "/ca.pem"])
        #expect(!https.contains("--host-key"))
        #expect(!https.contains("--credentials"))
    }
}
