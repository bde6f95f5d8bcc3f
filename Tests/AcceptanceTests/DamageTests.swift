import Testing

extension AcceptanceTests.InAHealthyEstate {
    /// A journal whose bytes are not what was written.
    @Suite struct DamageTests {
        private let lab: Lab

        init() throws { lab = try Lab.shared() }

        /// A run that never got to its step, and the file the step would make.
        private func unfinished(_ name: String, _ failpoint: String) throws -> (Responder, String) {
            let somebody = try Responder(lab, name)
            let made = "\(somebody.folder)/made"
            let closed = "guard: { run: [test, -e, \(made).open], expect: { fails-on: [1] } }"
            try lab.library.add(name, steps: [Library.touch("one", made, closed)])
            let answer = try somebody.recover(
                name, "--cluster", "local", set: ["RECOVER_FAILPOINT": failpoint])
            try #require(answer.code != 0, "\(answer)")
            let intact = try somebody.recover("journal", "verify")
            try #require(intact.code == 0, "\(intact)")
            // From here on nothing would keep the step from acting.
            try Files.write("", to: "\(made).open")
            return (somebody, made)
        }

        /// Changes a letter in every copy of an entry that `file` holds.
        private func flip(_ file: String, of somebody: Responder) throws {
            let path = "\(somebody.journal)/\(file)"
            var bytes = try #require(Files.bytes(path), "there is no \(path)")
            let word = Array("Make one".utf8)
            var changed = 0
            for start in bytes.indices.dropLast(word.count)
            where bytes[start] == word[0]
                && bytes[start..<(start + word.count)].elementsEqual(word)
            {
                bytes[start] = UInt8(ascii: "F")
                changed += 1
            }
            try #require(changed > 0)
            try Files.write(bytes, to: path, mode: 0o600)
        }

        private func expectRefusal(_ somebody: Responder, _ made: String, runbook: String) throws {
            for words in [["journal", "verify"], ["resume"]] {
                let line = try somebody.line(words + ["--journal", somebody.journal])
                let answer = try lab.run(line)
                #expect(answer.code == 7, "\(answer)")
            }
            // Or 8: the unfinished run may still have the cluster.
            let anew = try somebody.recover(runbook, "--cluster", "local")
            #expect(anew.code == 7 || anew.code == 8, "\(anew)")
            #expect(!Files.exists(made))
        }

        @Test(.timeLimit(.minutes(10)))
        func `one changed byte in the journal is found (exit 7)`() throws {
            let (somebody, made) = try unfinished("damaged", "none:0")
            try flip("journal.db", of: somebody)
            try expectRefusal(somebody, made, runbook: "damaged")
        }

        /// SQLite takes a write-ahead log with a wrong checksum for one that
        /// ends there: the entries are gone without a word from it.
        @Test(.timeLimit(.minutes(10)))
        func `and one in what a killed engine left in the write-ahead log`() throws {
            let (somebody, made) = try unfinished("damaged-log", "kill:7")
            try flip("journal.db-wal", of: somebody)
            try expectRefusal(somebody, made, runbook: "damaged-log")
        }
    }
}
