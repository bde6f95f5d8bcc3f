import DesiredState
import Estates
import JSON
import RecoveryEngine
import Testing

@Suite struct SSHSignatureTests {
    let origin: Origin
    let ada: String

    init() throws {
        origin = try Origin()
        ada = try origin.sshKey("ada")
    }

    /// Signers of one line.
    private func signers(_ line: String) throws -> Binding.Signers {
        Binding.Signers(ssh: try origin.file("allowed", line + "\n"))
    }

    @Test func `a commit a listed signer made is pinned, and the journal says who and after what`()
        throws
    {
        let signers = try signers("ada@example.org,root@example.org namespaces=\"git\" \(ada)")
        let first = try origin.sshCommit("a: 1", key: "ada")
        let pinned = try #require(try origin.pin(signers).facts)
        #expect(pinned["commit"] == .string(first))
        #expect(pinned["descends-from"] == "none")
        #expect(pinned.at("signed", "by") == "ada@example.org")
        #expect(pinned.at("signed", "form") == "ssh")
        #expect(pinned.at("signed", "key")?.string?.hasPrefix("SHA256:") == true)
        let second = try origin.sshCommit("a: 2", key: "ada")
        let again = try #require(try origin.pin(signers, last: pinned, attempt: "a2").facts)
        #expect(again["commit"] == .string(second))
        #expect(again["descends-from"] == .string(first))
        #expect(PinRecord(run: "r", pinned: 0, data: again).signer == "ada@example.org")
    }

    @Test func `nothing of an unsigned commit is kept, and the binding's silence asks for nobody`()
        throws
    {
        let commit = try origin.commit("a: 1")
        let signers = try signers("ada@example.org \(ada)")
        #expect(
            try origin.pin(signers).refutation?.hasPrefix("GT-SIG: commit \(commit) is not") == true
        )
        let verified = try origin.run(
            "/usr/bin/git", ["-C", try origin.mirror, "for-each-ref", "refs/verified"])
        #expect(verified.isEmpty)
        #expect(try origin.pin().facts?["signed"] == "nobody was asked for")
    }

    @Test func `a key nobody listed, one for another purpose and one out of its time are refused`()
        throws
    {
        let eve = try origin.sshKey("eve")
        try origin.sshCommit("a: 1", key: "ada")
        for line in [
            "eve@example.org \(eve)", "ada@example.org namespaces=\"file\" \(ada)",
            "ada@example.org valid-before=\"20200101\" \(ada)",
            "ada@example.org valid-after=\"20990101\" \(ada)", "# nobody",
        ] {
            let refutation = try origin.pin(try signers(line)).refutation
            #expect(refutation?.hasPrefix("GT-SIG: ") == true, "\(line): \(refutation ?? "")")
        }
    }

    @Test func `a key that was revoked is refused although it is listed`() throws {
        try origin.sshCommit("a: 1", key: "ada")
        let allowed = try origin.file("allowed", "ada@example.org \(ada)\n")
        let revoked = try origin.file("revoked", ada + "\n")
        let signers = Binding.Signers(ssh: allowed, revoked: revoked)
        #expect(try origin.pin(signers).refutation?.contains("does not stand for it") == true)
        // What cannot be read revokes nothing, so nothing counts.
        let lost = Binding.Signers(ssh: allowed, revoked: revoked + ".lost")
        guard case .failed(let why) = try origin.pin(lost) else {
            Issue.record("a list that is not there was taken for an empty one")
            return
        }
        #expect(why.contains("GT-SIGNERS"))
    }

    @Test func `a signature over something else, a second one and headers behind it are refused`()
        throws
    {
        let signers = try signers("ada@example.org \(ada)")
        try origin.sshCommit("a: 1", key: "ada")
        let commit = try origin.git("rev-parse", "HEAD")
        let changes: [(String) -> String] = [
            { $0.replacing("\n\nstate", with: "\n\nanother state") },
            { $0.replacing("author Ada", with: "author Eve") },
        ]
        for change in changes {
            try origin.rewrite(change)
            #expect(try origin.pin(signers).refutation?.hasPrefix("GT-SIG") == true)
            try origin.git("update-ref", "refs/heads/main", commit)
        }
        let made: [(String) -> String] = [
            { $0.replacing("\n\nstate", with: "\nencoding UTF-8\n\nstate") },
            { $0.replacing("gpgsig ", with: "gpgsig-sha256 ") },
        ]
        for change in made {
            try origin.rewrite(change)
            #expect(try origin.pin(signers).refutation?.hasPrefix("GT-COMMIT") == true)
            try origin.git("update-ref", "refs/heads/main", commit)
        }
        #expect(try origin.pin(signers).facts != nil)
    }

    @Test func `a list others may write names nobody`() throws {
        try origin.sshCommit("a: 1", key: "ada")
        let open = try origin.file("allowed", "ada@example.org \(ada)\n", mode: 0o666)
        guard case .failed(let why) = try origin.pin(Binding.Signers(ssh: open)) else {
            Issue.record("it was believed")
            return
        }
        #expect(why.contains("GT-SIGNERS"))
        #expect(why.contains("chmod go-w"))
    }

    @Test func `an ssh signature does not count where only OpenPGP signers are listed`() throws {
        try origin.sshCommit("a: 1", key: "ada")
        let signers = Binding.Signers(openpgp: try origin.file("ring.gpg", ""))
        #expect(try origin.pin(signers).refutation?.contains("lists no such signers") == true)
    }

    @Test
    func `a signed branch that was moved back or written anew is refused, and says the way back`()
        throws
    {
        let signers = try signers("ada@example.org \(ada)")
        let first = try origin.sshCommit("a: 1", key: "ada")
        try origin.sshCommit("a: 2", key: "ada")
        let pinned = try #require(try origin.pin(signers).facts)
        try origin.git("reset", "--quiet", "--hard", first)
        let back = try #require(try origin.pin(signers, last: pinned, attempt: "a2").refutation)
        #expect(back.hasPrefix("GT-ROLLBACK"))
        #expect(back.contains("run-1"))
        #expect(back.contains("git revert"))
        try origin.sshCommit("b: 1", key: "ada")
        #expect(
            try origin.pin(signers, last: pinned, attempt: "a3").refutation?
                .hasPrefix("GT-ROLLBACK") == true)
    }
}
