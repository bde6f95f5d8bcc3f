import Testing

extension AcceptanceTests.InAHealthyEstate {
    /// What durability costs: the engine's own syncs, counted by the kernel.
    @Suite struct SyncTests {
        private let lab: Lab

        init() throws { lab = try Lab.shared() }

        /// The engine's syncs in one run of `steps`; strace follows no child.
        private func syncs(_ name: String, _ steps: [String]) throws -> Int {
            try lab.library.add(name, steps: steps)
            let somebody = try Responder(lab, name)
            let log = "\(somebody.folder)/strace"
            // Places of its own: whoever comes first also makes the folder of the anchors.
            let words = try somebody.line(
                [name, "--cluster", "local", "--journal", somebody.journal],
                ["XDG_DATA_HOME": "\(somebody.folder)/data"])
            let answer = try lab.run(
                ["strace", "-y", "-o", log, "-e", "trace=\(Self.calls)"] + words, seconds: 60)
            try #require(answer.code == 0, "\(answer)")
            return (Files.text(log) ?? "").split(separator: "\n").count { line in
                Self.calls.split(separator: ",").contains { line.hasPrefix("\($0)(") }
            }
        }

        private static let calls = "fsync,fdatasync,sync,syncfs,sync_file_range,msync"

        /// The syncs one more step costs: those of four steps less those of one.
        private func cost(_ name: String, _ step: (String) -> String) throws -> Double {
            let one = try syncs("\(name)-1", [step("\(name)-a")])
            let four = try syncs("\(name)-4", ["b", "c", "d", "e"].map { step("\(name)-\($0)") })
            return Double(four - one) / 3
        }

        @Test(.timeLimit(.minutes(10)))
        func `a note is one sync`() throws {
            #expect(
                try cost("note") { "  - { id: \($0), title: Note \($0), do: { note: true } }\n" }
                    == 1)
        }

        @Test(.timeLimit(.minutes(10)))
        func `a command step whose goal answers at once is two syncs`() throws {
            #expect(try cost("command") { Library.touch($0, "\(lab.folder)/\($0)") } == 2)
        }

        @Test(.timeLimit(.minutes(10)))
        func `a command step whose goal is waited for is three syncs`() throws {
            #expect(
                try cost("waited") { id in
                    let file = "\(lab.folder)/\(id)"
                    // It is there only once the journal says that the command has ended, so
                    // the goal is asked before and behind that, however slow the machine is.
                    let journal = "\(lab.folder)/\(id.dropLast(2))-*/journal/journal.db*"
                    let later = "until grep -qa ended-[4]2-\(id) \(journal); do sleep 0.05; done"
                    let line = "(\(later); touch \(file)) >/dev/null & echo ended-$((6*7))-\(id)"
                    return """
                          - id: \(id)
                            title: Make \(id) a little later
                            timeout: 60s
                            do: { run: [sh, -c, "\(line)"] }
                            goal: { run: [test, -e, \(file)], expect: { fails-on: [1] } }

                        """
                } == 3)
        }

        @Test(.timeLimit(.minutes(10)))
        func `an approval is one sync more`() throws {
            #expect(
                try cost("approved") { Library.touch($0, "\(lab.folder)/\($0)", "approve: 1") } == 3
            )
        }
    }
}
