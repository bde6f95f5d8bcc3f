import Testing

extension AcceptanceTests.InAHealthyEstate {
    /// What one person may not say alone.
    @Suite struct TwoPersonsTests {
        private let lab: Lab
        private let somebody: Responder
        private var key: String { "\(somebody.folder)/alice" }

        init() throws {
            lab = try Lab.shared()
            somebody = try Responder(lab, "two-persons")
        }

        @Test(.timeLimit(.minutes(10)))
        func `that a node is off, and nobody can measure it, takes a second person's signature`()
            throws
        {
            try prepare()
            let made = "\(somebody.folder)/made"
            let off = try Library.step("off", of: "node-loss")
                .replacing("timeout: 10m", with: "timeout: 1s")
            let behind = "guard: { prove: powered-off, with: { node: node } }"
            try lab.library.add(
                "vouched", parameters: "node: { type: node, in: cluster.workers }",
                steps: [off, Library.touch("behind", made, behind)])
            let began = try recover("vouched", "--cluster", "local", "--node", "oci-arm-free1")
            #expect(began.code == 6, "\(began)")
            let run = try somebody.run()

            let alone = try recover("resolve", run, "off", "--as", "done", "--evidence", "seen")
            #expect(alone.code == 6 && alone.text.contains("AP-TWO"), "\(alone)")
            try sign(alone)
            let second = ["--approver", "alice", "--signature", "\(somebody.folder)/statement.sig"]
            let other = try recover(
                ["resolve", run, "off", "--as", "done", "--evidence", "heard"] + second)
            #expect(other.code == 6 && other.text.contains("AP-TWO"), "\(other)")
            let together = try recover(
                ["resolve", run, "off", "--as", "done", "--evidence", "seen"] + second)
            #expect(together.code == 0, "\(together)")

            let resumed = try recover("resume", run)
            #expect(resumed.code == 0 && Files.exists(made), "\(resumed)")
            let shown = try somebody.recover("journal", "show")
            #expect(shown.text.contains("BEGIN SSH SIGNATURE"), "\(shown)")
        }

        private func recover(_ words: String...) throws -> Answer { try recover(words) }

        private func recover(_ words: [String]) throws -> Answer {
            let line = try somebody.line(
                words + ["--journal", somebody.journal],
                ["XDG_CONFIG_HOME": "\(somebody.folder)/config"])
            return try lab.run(line, seconds: 60)
        }

        /// A binding that cannot see power and knows one approver.
        private func prepare() throws {
            let bindings = "\(somebody.folder)/config/recover/bindings"
            try Files.tool("/bin/mkdir", "-p", bindings)
            try Files.tool("/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
            let publicKey = try #require(Files.text("\(key).pub")).split(separator: " ")
            let known = "\(lab.folder)/lab/config/recover/bindings/oci-layer7.yaml"
            let lines = try #require(Files.text(known))
                .split(separator: "\n").filter { !$0.contains(", power, ") }
                .map { $0 == "power:" ? "power: {}" : String($0) }
            let approvers = "approvers:\n  alice: \"\(publicKey[0]) \(publicKey[1])\"\n"
            try Files.write(
                lines.joined(separator: "\n") + "\n" + approvers,
                to: "\(bindings)/oci-layer7.yaml", mode: 0o600)
        }

        /// Does what the refusal says, as the second person would.
        private func sign(_ refusal: Answer) throws {
            let echo = try #require(refusal.lines.first { $0.contains("echo '") }, "\(refusal)")
            let statement = "\(somebody.folder)/statement"
            let words = echo.split(separator: "'")[1]
            try Files.write(String(words) + "\n", to: statement)
            try Files.tool(
                "/usr/bin/ssh-keygen", "-Y", "sign", "-f", key, "-n", "recover-approval-v1",
                statement)
        }
    }
}
