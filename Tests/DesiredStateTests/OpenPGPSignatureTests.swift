import DesiredState
import Estates
import JSON
import Processes
import RecoveryEngine
import Testing

@Suite struct OpenPGPSignatureTests {
    let origin: Origin

    init() throws { origin = try Origin() }

    /// The public keys of `addresses`, in a file of their own.
    private func signers(_ addresses: String...) throws -> Binding.Signers {
        let path = "\(origin.root)/ring.gpg"
        try origin.run(
            "/usr/bin/gpg", ["--batch", "--yes", "--output", path, "--export"] + addresses)
        try origin.run("/bin/chmod", ["600", path])
        return Binding.Signers(openpgp: path)
    }

    @Test func `a listed key counts and is named; another and a changed commit do not`() throws {
        let key = try origin.openPGPKey("ada@example.org")
        let eve = try origin.openPGPKey("eve@example.org")
        let commit = try origin.openPGPCommit("a: 1", key: key)
        let signers = try signers("ada@example.org")
        let pinned = try #require(try origin.pin(signers).facts)
        #expect(pinned["commit"] == .string(commit))
        #expect(pinned.at("signed", "by") == "ada@example.org")
        #expect(pinned.at("signed", "key") == .string(key))
        #expect(pinned.at("signed", "form") == "openpgp")
        try origin.rewrite { $0.replacing("\n\nstate", with: "\n\nother") }
        #expect(
            try origin.pin(signers).refutation?.contains("it is over something else") == true)
        try origin.openPGPCommit("a: 2", key: eve)
        #expect(try origin.pin(signers).refutation?.contains("no listed OpenPGP signer") == true)
    }

    @Test func `a revoked key is refused, though gpgv ends with 0`() throws {
        let key = try origin.openPGPKey("ada@example.org")
        try origin.openPGPCommit("a: 1", key: key)
        let prepared = try origin.run(
            "/bin/sed",
            ["s/^:---/---/", "\(origin.root)/gnupg/openpgp-revocs.d/\(key).rev"])
        try origin.run(
            "/usr/bin/gpg", ["--batch", "--quiet", "--import"], input: Array(prepared.utf8))
        let signers = try signers("ada@example.org")
        #expect(try origin.pin(signers).refutation?.contains("the key was revoked") == true)
    }

    @Test func `a key that has expired is refused, though gpgv ends with 0`() throws {
        // Made and expired in the past: nothing has to be waited for.
        try origin.run(
            "/usr/bin/gpg",
            [
                "--batch", "--quiet", "--faked-system-time", "20200101T000000", "--passphrase", "",
                "--quick-gen-key", "old@example.org", "ed25519", "sign", "1d",
            ])
        try origin.run(
            "/bin/sh",
            [
                "-c",
                "printf '#!/bin/sh\\nexec gpg --faked-system-time 20200101T010000 \"$@\"\\n' "
                    + "> \(origin.root)/oldgpg; chmod 700 \(origin.root)/oldgpg",
            ])
        try origin.commit(
            "a: 1", ["-Sold@example.org"], configuration: ["gpg.program=\(origin.root)/oldgpg"])
        let signers = try signers("old@example.org")
        #expect(try origin.pin(signers).refutation?.contains("the key has expired") == true)
    }

    @Test func `a message that brings its own content along is no signature`() throws {
        let key = try origin.openPGPKey("ada@example.org")
        try origin.openPGPCommit("a: 1", key: key)
        let signers = try signers("ada@example.org")
        try origin.rewrite { $0.replacing("PGP SIGNATURE", with: "PGP MESSAGE") }
        #expect(try origin.pin(signers).refutation?.hasPrefix("GT-COMMIT") == true)
    }

    @Test(arguments: [
        ["NEWSIG", "GOODSIG A ada", "VALIDSIG F 2026-01-01 1 0 4 0 22 2 00 F"],
        ["NEWSIG", "GOODSIG A ada", "VALIDSIG F 2026-01-01 1 0 4 0 22 8 10 F"],
        ["NEWSIG", "NEWSIG", "GOODSIG A ada", "VALIDSIG F 2026-01-01 1 0 4 0 22 8 00 F"],
        ["NEWSIG", "EXPSIG A ada", "VALIDSIG F 2026-01-01 1 0 4 0 22 8 00 F"],
        ["NEWSIG", "GOODSIG A ada"], [],
    ])
    func `of gpgv's words all must be as they should`(_ lines: [String]) {
        let text = lines.map { "[GNUPG:] \($0)\n" }.joined()
        #expect(throws: ReachRefusal.self) { try Signer.named(byGPG: text) }
        #expect(throws: Never.self) {
            let good = ["NEWSIG", "GOODSIG A ada", "VALIDSIG F 2026-01-01 1 0 4 0 22 8 00 P"]
            let signer = try Signer.named(byGPG: good.map { "[GNUPG:] \($0)\n" }.joined())
            #expect(signer.key == "P")
        }
    }
}
