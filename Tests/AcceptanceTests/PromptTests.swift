import Testing

extension AcceptanceTests.InAHealthyEstate {
    /// A person at a terminal: the live list, approvals, Ctrl-C.
    @Suite struct PromptTests {
        private let lab: Lab

        init() throws { lab = try Lab.shared() }

        /// A responder whose binding has no lab behind it: persons are asked, and
        /// nothing unknown is invented; so their estate says one thing more.
        private func person(_ name: String) throws -> (Responder, [String: String]) {
            let somebody = try Responder(lab, name)
            let library = try Library("\(somebody.folder)/library")
            let estate = "\(library.folder)/snapshots/oci-layer7/estate.yaml"
            let facts = try #require(Files.text(estate))
            let stated = facts.replacing(
                "api: unknown", with: "api: https://10.255.0.10:6443", maxReplacements: 1)
            try #require(stated != facts)
            try Files.write(stated, to: estate)
            let bindings = "\(somebody.folder)/config/recover/bindings"
            try Files.tool("/bin/mkdir", "-p", bindings)
            let known = "\(lab.folder)/lab/config/recover/bindings/oci-layer7.yaml"
            let lines = try #require(Files.text(known)).split(separator: "\n")
                .filter { !$0.hasPrefix("lab:") }
            try Files.write(
                lines.joined(separator: "\n") + "\n", to: "\(bindings)/oci-layer7.yaml", mode: 0o600)
            return (
                somebody,
                [
                    "XDG_CONFIG_HOME": "\(somebody.folder)/config", "TERM": "xterm",
                    "LANG": "C.UTF-8", "RECOVER_LIBRARY": library.folder,
                ]
            )
        }

        private func start(
            _ somebody: Responder, _ set: [String: String], _ words: String..., rows: UInt16 = 24
        ) throws -> Pseudoterminal {
            let line = try somebody.line(words + ["--journal", somebody.journal], set)
            return try Pseudoterminal(lab, line, rows: rows)
        }

        /// Adds a runbook to the person's own library.
        private func add(_ name: String, _ steps: [String]) throws {
            try lab.library.add(name, steps: steps)
            let file = "runbooks/\(name).yaml"
            let text = try #require(Files.text("\(lab.library.folder)/\(file)"))
            try Files.write(text, to: "\(lab.folder)/\(name)/library/\(file)")
        }

        private func approved(_ name: String, _ made: String) throws {
            try add(
                name,
                [
                    Library.touch("one", made, "approve: 1"), Library.touch("two", "\(made)2"),
                ])
        }

        @Test(.timeLimit(.minutes(10)))
        func `an approval is given by typing the target's name, and nothing else`() async throws {
            let (somebody, set) = try person("approve")
            let made = "\(somebody.folder)/made"
            try approved("approve", made)
            let declining = try start(somebody, set, "approve", "--cluster", "local")
            try await declining.awaitText("to approve, anything else to decline: ")
            #expect(declining.text.contains("  does: touch \(made)"), "\(declining.text)")
            declining.type("yes\n")
            let declined = try await declining.end()
            #expect(declined.code == 6 && !Files.exists(made), "\(declined)")
            #expect(declined.text.contains("recover resume "), "\(declined)")
            // No one else can settle what a person has declined.
            #expect(!declined.text.contains("recover resolve"), "\(declined)")

            let approving = try start(somebody, set, "resume")
            try await approving.awaitText("to approve, anything else to decline: ")
            let asked = try #require(approving.text.components(behind: "Type ").last)
            approving.type(String(asked.prefix { $0 != " " }) + "\n")
            let given = try await approving.end()
            #expect(given.code == 0 && Files.exists(made), "\(given)")
            let screen = approving.screen()
            #expect(screen.strange.isEmpty, "\(screen.strange)")
            #expect(screen.text.contains { $0.hasPrefix(" ✓ 1 one: Make one") }, "\(screen.text)")
            #expect(screen.text.contains { $0.hasPrefix("RECOVERED   run ") }, "\(screen.text)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `Ctrl-C once says what it does, and stops behind the step`() async throws {
            let (somebody, set) = try person("ctrl-c")
            let made = "\(somebody.folder)/made"
            try add("ctrl-c", [Library.held("one", made), Library.touch("two", "\(made)2")])
            let terminal = try start(somebody, set, "ctrl-c", "--cluster", "local")
            try await terminal.awaitText("its command is at work")
            terminal.type("\u{3}")
            try await terminal.awaitText(
                "stopping after this step (Ctrl-C again tears it down and leaves it unknown)")
            try Files.write("", to: made + "-go")
            let answer = try await terminal.end()
            #expect(answer.code == 10, "\(answer)")
            #expect(Files.exists(made) && !Files.exists("\(made)2"))
            let screen = terminal.screen()
            #expect(screen.text.contains { $0.hasPrefix(" ✓ 1 one: ") }, "\(screen.text)")
            #expect(screen.text.contains { $0.hasPrefix(" · 2 two: ") }, "\(screen.text)")
            #expect(screen.text.contains { $0.hasPrefix("STOPPED     run ") }, "\(screen.text)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `more steps than lines, a window that shrinks, hostile titles: one list stays`()
            async throws
        {
            let (somebody, _) = try person("many")
            let evil = #"\033[2J\033]0;owned\007\302\23331m\342\200\256evil 漢字"#
            let find = """
                  - id: find
                    title: Find it
                    effect: repeatable
                    timeout: 10s
                    do: { run: [printf, "%b", '\(evil)'] }
                    capture: { text: { from: stdout } }

                """
            let steps = [find] + (1...40).map { number in
                """
                  - id: s\(number)
                    title: "Note {{ find.text }} \(String(repeating: "long ", count: 30))"
                    effect: repeatable
                    timeout: 10s
                    do: { run: [sleep, "0.1"] }

                """
            }
            try lab.library.add("many", steps: steps)
            // The lab's own binding: nobody is asked.
            let set = ["TERM": "xterm", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"]
            let terminal = try start(somebody, set, "many", "--cluster", "local", rows: 12)
            try await terminal.awaitText("more below")
            terminal.resize(rows: 8, columns: 80)
            let answer = try await terminal.end()
            #expect(answer.code == 0, "\(answer)")
            #expect(!answer.text.contains("\u{1b}[1m") && !answer.text.contains("\u{1b}[3"))
            let screen = terminal.screen(rows: 12)
            #expect(screen.strange.isEmpty, "\(screen.strange)")
            let rows = screen.text.filter { $0.hasPrefix(" ✓ ") }
            #expect(rows.count == 41, "\(screen.text)")
            #expect(rows.dropFirst().allSatisfy { $0.contains("\\u{1b}[2J") && $0.contains("…") }, "\(rows)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `a terminal that knows nothing gets plain lines, one without UTF-8 plain marks`()
            async throws
        {
            let (somebody, _) = try person("dumb")
            try lab.library.add("dumb", steps: [Library.touch("one", "\(somebody.folder)/made")])
            let dumb = try start(somebody, ["TERM": "dumb"], "dumb", "--cluster", "local")
            let plain = try await dumb.end()
            #expect(plain.code == 0 && !plain.text.contains("\u{1b}"), "\(plain)")
            #expect(plain.text.contains("[1/1] one: Make one"), "\(plain)")
            let ascii = try start(
                somebody, ["TERM": "xterm", "LC_ALL": "C"], "dumb", "--cluster", "local")
            let answer = try await ascii.end()
            #expect(answer.code == 0 && answer.bytes.allSatisfy { $0 < 0x80 }, "\(answer)")
            #expect(
                ascii.screen().text.contains { $0.hasPrefix(" + 1 one: Make one") }, "\(answer)")
        }
    }
}

extension String {
    /// What stands behind each `mark`.
    fileprivate func components(behind mark: String) -> [Substring] {
        var found: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: mark) {
            rest = rest[range.upperBound...]
            found.append(rest)
        }
        return found
    }
}
