import Testing

extension AcceptanceTests.InAHealthyEstate {
    /// Lines nobody should have typed: each is refused with 2 and the usage of
    /// that command, and nothing is begun.
    @Suite struct BadLineTests {
        private let lab: Lab
        private var token: String { "\(lab.folder)/lab/secrets/join-token" }

        init() throws { lab = try Lab.shared() }

        @Test(
            .timeLimit(.minutes(10)),
            arguments: [
                [], ["--node", ""], ["--node="], ["--node"], ["--node", "-rf"], ["--node=-rf"],
                ["--node", "@x"], ["--node", "x\nRECOVERED   run 1"],
                ["--node", "oci-arm-free1", "--node", "oci-arm-free1"],
                ["--node", String(repeating: "n", count: 300)], ["--node", "oci-arm-fre1"],
                ["--node", "oci-arm-free1", "--force"], ["--node", "oci-arm-free1", "--", "--now"],
                ["-n", "oci-arm-free1"], ["--node", "oci-arm-free1", "now"],
                ["--nodes", "oci-arm-free1"], ["--json=yes", "--node", "oci-arm-free1"],
            ])
        func `a bad argument of a runbook`(words: [String]) throws {
            let somebody = try Responder(lab, "bad-line")
            let line = ["node-loss", "--token", token] + words + ["--journal", somebody.journal]
            // Behind `--` there are only words.
            let all = words.contains("--") ? ["node-loss", "--journal", somebody.journal] + words : line
            let answer = try lab.run(try somebody.line(all))
            #expect(answer.code == 2, "\(answer)")
            #expect(answer.text.contains("Type: recover node-loss --node NAME"), "\(answer)")
            #expect(!answer.text.contains("recover resume"), "another command's usage:\n\(answer)")
            #expect(!answer.lines.contains { $0.hasPrefix("RECOVERED") }, "\(answer)")
            #expect(answer.lines.allSatisfy { $0.utf8.count < 400 }, "\(answer)")
            #expect(!Files.exists("\(somebody.journal)/journal.db"), "something was begun")
        }

        @Test(.timeLimit(.minutes(10)))
        func `the nearest name of a node, an option, a command and a step`() throws {
            let somebody = try Responder(lab, "nearest")
            try lab.library.add("nearest", steps: [Library.touch("one", "/nonexistent/x")])
            #expect(try somebody.recover("nearest", "--cluster", "local").code == 5)
            let run = try somebody.run()
            let near = String(run.dropLast()) + "!"
            let cases: [([String], Int32, String)] = [
                (["node-loss", "--node", "oci-arm-fre1", "--token", token], 2, "'oci-arm-free1'"),
                (["node-loss", "--nod", "x"], 2, "'node'"), (["statsu"], 2, "'status'"),
                (["node-lost"], 2, "'node-loss'"), (["status", "--watc=1"], 2, "'watch'"),
                (["journal", "verfy"], 2, "'verify'"), (["runbook", "sho", "x"], 2, "'show'"),
                (["runbook", "show", "node-los"], 3, "'node-loss'"),
                (["plan", "node-los"], 3, "'node-loss'"), (["status", near], 2, "'\(run)'"),
                (["journal", "show", near], 2, "'\(run)'"), (["help", "resum"], 2, "'resume'"),
                (
                    ["resolve", run, "on", "--as", "done", "--evidence", "seen"], 6, "'one'"
                ),
            ]
            for (words, code, name) in cases {
                let answer = try lab.run(
                    try somebody.line(words + ["--journal", somebody.journal]))
                #expect(answer.code == code, "\(answer)")
                #expect(answer.text.contains("did you mean \(name)?"), "\(answer)")
            }
        }

        @Test(
            .timeLimit(.minutes(10)),
            arguments: [
                (["status", "--frob", "x"], "status"), (["status", "a", "b"], "status"),
                (["status", "--", "--json", "x"], "status"), (["resolve", "x"], "resolve"),
                (["abandon"], "abandon"), (["journal"], "journal"), (["journal", "erase"], "journal"),
                (["runbook", "diff", "x"], "runbook"), (["plan"], "plan"),
                (["resume", "--why"], "resume"), (["help", "a", "b"], "help"),
            ])
        func `a bad line of a command has that command's usage and no other`(
            words: [String], command: String
        ) throws {
            let somebody = try Responder(lab, "bad-command")
            let answer = try lab.run(try somebody.line(words))
            #expect(answer.code == 2, "\(answer)")
            let usages = answer.lines.filter { $0.hasPrefix("Type: recover ") }
            #expect(usages.count == 1, "\(answer)")
            #expect(usages.first?.hasPrefix("Type: recover \(command)") == true, "\(answer)")
            #expect(!Files.exists("\(somebody.folder)/state"), "something was made")
        }

        @Test(.timeLimit(.minutes(10)))
        func `help leads with what can be copied, and has a page for every command`() throws {
            let somebody = try Responder(lab, "help")
            let help = try somebody.plain("help")
            #expect(help.code == 0)
            #expect(
                help.text.contains(
                    "  A node is gone\n      → recover node-loss --node NAME --token FILE\n"))
            let commands = ["plan", "status", "resume", "resolve", "abandon", "journal", "runbook"]
            let all = try somebody.plain("help", "all")
            for command in commands + ["node-loss"] {
                let page = try somebody.plain("help", command)
                #expect(page.code == 0 && page.text.contains("  recover \(command)"), "\(page)")
                #expect(try somebody.plain(command, "--help").text == page.text)
                if command == "node-loss" { continue }
                #expect(all.text.contains(page.text.dropLast(1)), "\(all)")
                #expect(help.text.contains("\n  \(command) "), "\(help)")
            }
            #expect(try somebody.plain("help", "nothing").code == 2)
        }
    }
}
