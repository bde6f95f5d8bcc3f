import JSON
import Testing

extension AcceptanceTests.InAHealthyEstate {
    /// What a machine reads.
    @Suite struct OutputTests {
        private let lab: Lab

        init() throws { lab = try Lab.shared() }

        /// Runs `recover WORDS --json`; both outputs, line by line.
        private func json(
            _ somebody: Responder, _ words: String...
        ) throws -> (code: Int32?, output: [JSONValue], error: [JSONValue]) {
            let line = try somebody.line(words + ["--json", "--journal", somebody.journal])
            let file = "\(somebody.folder)/stderr"
            let answer = try lab.run(
                ["sh", "-c", "file=$1; shift; exec \"$@\" 2>$file", "sh", file] + line)
            let parse = { (text: String) in
                try text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
            }
            return (answer.code, try parse(answer.text), try parse(Files.text(file) ?? ""))
        }

        @Test(.timeLimit(.minutes(10)))
        func `a run is one object a line, the journal's own entries, and a closing one`() throws {
            let somebody = try Responder(lab, "json-run")
            let file = "\(somebody.folder)/made"
            let closed = "guard: { run: [test, -e, \(file).open], expect: { fails-on: [1] } }"
            try lab.library.add("json-run", steps: [Library.touch("one", file, closed)])
            let run = try json(somebody, "json-run", "--cluster", "local")
            #expect(run.code == 5 && run.error.isEmpty, "\(run)")
            let entries = run.output.filter { $0["seq"] != nil }
            #expect(
                entries.compactMap { $0["kind"]?.string } == ["began", "prerequisites", "failed"])
            let closing = try #require(run.output.last)
            #expect(closing["kind"]?.string == "closing" && closing.at("data", "exit")?.int == 5)
            #expect(closing.at("data", "next")?[0]?.string?.hasPrefix("recover resume ") == true)
            // What was told is what is kept.
            let shown = try json(somebody, "journal", "show").output
            for entry in entries {
                let kept = shown.first { $0["seq"] == entry["seq"] }
                #expect(kept?["data"] == entry["data"] && kept?["kind"] == entry["kind"])
                #expect(entry["run"] == closing["run"] && entry["time"]?.string?.count == 24)
            }
            try Files.write("", to: "\(file).open")
            let resumed = try json(somebody, "resume")
            #expect(resumed.code == 0 && resumed.error.isEmpty, "\(resumed)")
            let intent = resumed.output.first { $0["kind"]?.string == "intent" }
            #expect(intent?["step"]?.string == "one")
            let status = try json(somebody, "status")
            #expect(status.output.first?.at("data", "state")?.string == "recovered", "\(status)")
            let verified = try json(somebody, "journal", "verify")
            #expect(verified.output.last?.at("data", "intact")?.bool == true, "\(verified)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `a plan is one object, and a refusal one on standard error`() throws {
            let somebody = try Responder(lab, "json-plan")
            try lab.library.add("json-plan", steps: [Library.touch("one", "/nonexistent/x")])
            let plan = try json(somebody, "plan", "json-plan", "--cluster", "local")
            #expect(plan.code == 0 && plan.output.count == 1, "\(plan)")
            #expect(plan.output[0].at("data", "plan", "runbook", "name")?.string == "json-plan")
            let refusals = [
                (["status"], 3, "JR-NONE"), (["plan", "json-plan", "--nod", "x"], 2, "USAGE"),
                (["journal", "erase"], 2, "USAGE"), (["journal", "verify"], 3, "JR-NONE"),
                (["runbook", "list"], 2, "USAGE"),
            ]
            for (words, exit, code) in refusals {
                let line = try somebody.line(words + ["--json", "--journal", somebody.journal])
                let file = "\(somebody.folder)/stdout"
                let answer = try lab.run(
                    ["sh", "-c", "file=$1; shift; exec \"$@\" >$file", "sh", file] + line)
                #expect(Files.text(file) == "" && answer.lines.count == 1, "\(words): \(answer)")
                let refusal = try JSONValue(parsing: Array(answer.text.utf8.dropLast()))
                #expect(refusal["exit"]?.int == exit && Int(answer.code ?? 0) == exit, "\(answer)")
                #expect(refusal["code"]?.string == code, "\(answer)")
                #expect(refusal["message"]?.string?.isEmpty == false)
            }
        }

        @Test(.timeLimit(.minutes(10)))
        func `status --watch looks on in a pipe, one line a change, until the run rests`()
            async throws
        {
            let somebody = try Responder(lab, "watch")
            let file = "\(somebody.folder)/made"
            try lab.library.add("watch", steps: [Library.held("one", file), Library.touch("two", "\(file)2")])
            let job = try somebody.start("watch", "--cluster", "local")
            try await job.awaitOutput("Make one once it is let go")
            let status = try somebody.recover("status")
            #expect(status.text.contains("RUNNING     run "), "\(status)")
            #expect(!status.text.contains("recover resume"), "\(status)")
            let looking = try Job(
                try lab.entering(
                    try somebody.line(["status", "--watch", "--journal", somebody.journal])),
                log: "\(somebody.folder)/watch", shown: "status --watch")
            try await looking.awaitOutput("Make one once it is let go")
            try Files.write("", to: "\(file)-go")
            let watch = try await looking.end()
            #expect(watch.code == 0, "\(watch)")
            #expect(watch.text.contains("[1/2] one: done\n"), "\(watch)")
            #expect(watch.text.contains("RECOVERED   run "), "\(watch)")
            #expect(try await job.end().code == 0)
            // A run nobody works on is not waited for.
            let again = try somebody.recover("status", "--watch", seconds: 10)
            #expect(again.code == 0, "\(again)")
        }
    }
}
