import Testing

extension AcceptanceTests.InAHealthyEstate {
    /// A surrounding in which something usual is missing: it works, or there is
    /// one clear error, and the journal stays whole.
    @Suite struct EnvironmentTests {
        private let lab: Lab

        private static let scripts = [
            "unset HOME; exec \"$@\"", "TMPDIR=/nonexistent exec \"$@\"", "LC_ALL=C exec \"$@\"",
            "PATH= exec \"$@\"", "exec \"$@\" <&-", "exec \"$@\" <&- >&- 2>&-",
            "exec \"$@\" >&-", "exec \"$@\" >/dev/full", "exec \"$@\" >/dev/full 2>/dev/full",
            "TERM=xterm NO_COLOR=1 exec \"$@\"",
        ]

        init() throws { lab = try Lab.shared() }

        /// Runs `recover WORDS` under `script`, which ends in `"$@"`.
        private func run(_ somebody: Responder, _ script: String, _ words: [String]) throws -> Answer {
            let line = try somebody.line(words + ["--journal", somebody.journal])
            return try lab.run(["sh", "-c", script, "sh"] + line)
        }

        private func expectWhole(_ somebody: Responder, _ made: String) throws {
            let verified = try somebody.recover("journal", "verify")
            #expect(verified.code == 0, "\(verified)")
            #expect(Files.exists(made))
        }

        @Test(.timeLimit(.minutes(10)), arguments: scripts.indices)
        func `a run recovers all the same`(number: Int) throws {
            let script = Self.scripts[number]
            let somebody = try Responder(lab, "environment-\(number)")
            let made = "\(somebody.folder)/made"
            try lab.library.add("environment", steps: [Library.touch("one", made)])
            let answer = try run(somebody, script, ["environment", "--cluster", "local"])
            #expect(answer.code == 0, "\(script): \(answer)")
            try expectWhole(somebody, made)
        }

        @Test(.timeLimit(.minutes(10)))
        func `a question whose answer cannot be shown is an error, and says so once`() throws {
            let somebody = try Responder(lab, "unshown")
            let made = "\(somebody.folder)/made"
            try lab.library.add("unshown", steps: [Library.touch("one", made)])
            #expect(try somebody.recover("unshown", "--cluster", "local").code == 0)
            for script in ["exec \"$@\" >/dev/full", "exec \"$@\" >&-"] {
                let answer = try run(somebody, script, ["journal", "show"])
                #expect(answer.code == 1 && answer.lines.count == 1, "\(answer)")
                #expect(answer.text.contains("standard output cannot be written"), "\(answer)")
            }
            // Who has read enough is no error.
            let head = try run(somebody, "\"$@\" | head -n 1", ["journal", "show"])
            #expect(head.code == 0 && head.lines.count == 1, "\(head)")
            try expectWhole(somebody, made)
        }

        @Test(.timeLimit(.minutes(10)), arguments: [4, 5, 6, 7, 8, 10, 12])
        func `with hardly a descriptor left there is one clear error, or it works`(limit: Int) throws {
            let somebody = try Responder(lab, "descriptors-\(limit)")
            let made = "\(somebody.folder)/made"
            try lab.library.add("descriptors", steps: [Library.touch("one", made)])
            let script = "exec prlimit --nofile=\(limit) \"$@\""
            let answer = try run(somebody, script, ["descriptors", "--cluster", "local"])
            #expect([0, 3, 4, 5, 6, 8, 9].contains(answer.code), "\(answer)")
            #expect(!answer.text.isEmpty)
            #expect(answer.code == 0 || !Files.exists(made), "\(answer)")
            // With descriptors again the same line works, or what is left is resumed.
            let again = try somebody.recover("descriptors", "--cluster", "local")
            if again.code == 8 {
                #expect(try somebody.recover("resume").code == 0)
            } else {
                #expect(again.code == 0, "\(again)")
            }
            try expectWhole(somebody, made)
        }
    }
}
