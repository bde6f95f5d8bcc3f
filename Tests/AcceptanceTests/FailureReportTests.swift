import Testing

extension AcceptanceTests.InAHealthyEstate {
    /// What a tired person reads when a run has stopped, and what they can copy.
    @Suite struct FailureReportTests {
        private let lab: Lab

        init() throws { lab = try Lab.shared() }

        /// Runs a runbook of `steps` and asks for its status.
        private func stopped(
            _ name: String, _ steps: [String]
        ) throws -> (run: Answer, status: Answer, id: String, responder: Responder) {
            let somebody = try Responder(lab, name)
            try lab.library.add(name, steps: steps)
            let answer = try somebody.recover(name, "--cluster", "local")
            let run = try somebody.run()
            return (answer, try somebody.recover("status", run), run, somebody)
        }

        /// The lines of the report, from its headline on.
        private func report(_ answer: Answer, _ head: String) -> [Substring] {
            Array(answer.lines.drop { !$0.hasPrefix(head) })
        }

        @Test(.timeLimit(.minutes(10)))
        func `a failed step says what was run, how it ended, what it said and what to type`()
            throws
        {
            let script = "for i in $(seq 30); do echo line $i >&2; done; exit 3"
            let failed = try stopped(
                "report-failed",
                [
                    """
                      - id: one
                        title: Fail loudly
                        timeout: 1s
                        do: { run: [sh, -c, "\(script)"] }
                        goal: { run: [test, -e, /nonexistent], expect: { fails-on: [1] } }

                    """
                ])
            #expect(failed.run.code == 5, "\(failed.run)")
            let lines = report(failed.run, "FAILED ")
            let text = lines.joined(separator: "\n")
            #expect(text.contains("Step:       one: Fail loudly"), "\(text)")
            #expect(text.contains("Ran:        sh -c '\(script)'"), "\(text)")
            #expect(text.contains("Ended:      exit 3 after 0."), "\(text)")
            #expect(lines.filter { $0.contains("stderr| ") }.count == 10, "\(text)")
            #expect(text.contains("Said:       stderr| line 21\n"), "\(text)")
            #expect(text.contains("stderr| line 30\nGoal:       exit 3; test -e /nonexistent: exit 1"))
            #expect(text.contains("To go on:   recover resume \(failed.id) --journal "), "\(text)")
            #expect(text.contains("To give up: recover abandon \(failed.id) --why "), "\(text)")
            #expect(!text.contains("recover resolve") && !text.contains("recover undo"), "\(text)")
            // A day later it is the same.
            #expect(report(failed.status, "FAILED ") == lines, "\(failed.status)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `a guard that fails says that nothing was run`() throws {
            let closed = "guard: { run: [test, -e, /nonexistent], expect: { fails-on: [1] } }"
            let guarded = try stopped(
                "report-guard", [Library.touch("one", "/nonexistent/x", closed)])
            #expect(guarded.run.code == 5)
            #expect(guarded.run.text.contains("Ran:        nothing: it did not get that far\n"))
            #expect(guarded.run.text.contains("Guard:      the guard does not hold: "))
        }

        @Test(.timeLimit(.minutes(10)))
        func `an unknown effect offers both ways to settle it, and both work as printed`() throws {
            let unknown = try stopped(
                "report-unknown",
                [
                    """
                      - id: one
                        title: Do it once
                        timeout: 1s
                        effect: once
                        do: { run: ["true"] }
                        goal: { run: [test, -e, /nonexistent], expect: { fails-on: [1] } }

                    """
                ])
            #expect(unknown.run.code == 6, "\(unknown.run)")
            let commands = unknown.run.lines.filter { $0.contains("recover resolve ") }
            #expect(commands.count == 2, "\(unknown.run)")
            let done = try #require(commands.first?.split(separator: ": ", maxSplits: 1).last)
            let words = done.split(separator: " ").map { $0 == "TEXT" ? "seen" : String($0) }
            let settled = try lab.run(try unknown.responder.line(Array(words.dropFirst())))
            #expect(settled.code == 0, "\(settled)")
            #expect(try unknown.responder.recover("resume").code == 0)
        }

        @Test(.timeLimit(.minutes(10)))
        func `what a secret step says is not shown`() throws {
            let silent = try stopped(
                "report-silent",
                [
                    """
                      - id: one
                        title: Say a secret
                        output: none
                        timeout: 1s
                        do: { run: [sh, -c, "echo word; exit 1"] }
                        goal: { run: [test, -e, /nonexistent], expect: { fails-on: [1] } }

                    """
                ])
            #expect(silent.run.text.contains("Said:       (its output is not kept"), "\(silent.run)")
            #expect(!silent.run.text.contains("| word"), "\(silent.run)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `an undo is offered where a step that acted has one, and only there`() throws {
            let file = "\(lab.folder)/report-undo-file"
            let undo = "undo: { do: { run: [rm, -f, \(file)] }, effect: repeatable, timeout: 5s }"
            let closed = "guard: { run: [test, -e, /nonexistent], expect: { fails-on: [1] } }"
            let failed = try stopped(
                "report-undo",
                [Library.touch("one", file, undo), Library.touch("two", "/nonexistent/x", closed)])
            #expect(failed.run.code == 5, "\(failed.run)")
            #expect(failed.run.text.contains("To undo:    recover undo \(failed.id) "), "\(failed.run)")
        }
    }
}
