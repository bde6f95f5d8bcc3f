import Testing

extension AcceptanceTests.InAHealthyEstate {
    /// Each command once as it should be typed, and once as it should not.
    @Suite struct CommandTests {
        private let lab: Lab

        init() throws { lab = try Lab.shared() }

        /// A run that waits: its one step asks for a file.
        private func waiting(_ name: String) throws -> (Responder, run: String, file: String) {
            let somebody = try Responder(lab, name)
            let file = "\(somebody.folder)/file", runbook = "\(name)-case"
            try lab.library.add(
                runbook,
                steps: [
                    """
                      - id: one
                        title: Wait for a file
                        timeout: 1s
                        goal: { run: [test, -e, \(file)], expect: { fails-on: [1] } }

                    """, Library.touch("two", "\(somebody.folder)/two"),
                ])
            let answer = try somebody.recover(runbook, "--cluster", "local")
            try #require(answer.code == 6, "\(answer)")
            return (somebody, try somebody.run(), file)
        }

        @Test(.timeLimit(.minutes(10)))
        func `resolve takes what a person knows, with evidence, and only for the open step`() throws
        {
            let (somebody, run, _) = try waiting("resolve")
            let mute = try somebody.recover("resolve", run, "one", "--as", "done")
            #expect(mute.code == 2 && mute.text.contains("--evidence"), "\(mute)")
            let other = try somebody.recover(
                "resolve", run, "two", "--as", "done", "--evidence", "I saw it")
            #expect(other.code == 6 && other.text.contains("'two'"), "\(other)")
            let right = try somebody.recover(
                "resolve", run, "one", "--as", "done", "--evidence", "I saw it")
            #expect(right.code == 0 && right.text.contains("recover resume \(run)"), "\(right)")
            let resumed = try somebody.recover("resume", run)
            #expect(resumed.code == 0, "\(resumed)")
            let shown = try somebody.recover("journal", "show", run)
            #expect(shown.text.contains("I saw it"), "\(shown)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `abandon needs a reason, ends the run for ever and says so`() throws {
            let (somebody, run, file) = try waiting("abandon")
            let mute = try somebody.recover("abandon", run)
            #expect(mute.code == 2 && mute.text.contains("--why"), "\(mute)")
            let unknown = try somebody.recover("abandon", "nothing", "--why", "a test")
            #expect(unknown.code == 2 && unknown.text.contains("journal list"), "\(unknown)")
            let right = try somebody.recover("abandon", run, "--why", "the node came back")
            #expect(right.code == 0 && right.text.contains("ABANDONED"), "\(right)")
            try Files.write("", to: file)
            let resumed = try somebody.recover("resume", run)
            #expect(resumed.text.contains("has ended (abandoned)"), "\(resumed)")
            #expect(!Files.exists("\(somebody.folder)/two"))
        }

        @Test(.timeLimit(.minutes(10)))
        func `status says where it stands and what to type`() throws {
            let (somebody, run, _) = try waiting("status")
            let right = try somebody.recover("status")
            #expect(right.code == 0 && right.text.contains("WAITING     run \(run)"), "\(right)")
            #expect(right.text.contains("To go on:   recover resume \(run)"), "\(right)")
            let wrong = try somebody.recover("status", "nothing")
            #expect(wrong.code == 2 && wrong.text.contains("there is no run"), "\(wrong)")
            let empty = try somebody.recover("status", journal: "\(somebody.folder)/nowhere")
            #expect(empty.code != 0 && empty.text.contains("nowhere"), "\(empty)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `journal lists, shows and verifies`() throws {
            let (somebody, run, _) = try waiting("journal")
            let list = try somebody.recover("journal", "list")
            #expect(list.code == 0 && list.text.contains("\(run)  waiting  journal"), "\(list)")
            let show = try somebody.recover("journal", "show", run)
            #expect(show.code == 0 && show.text.contains("  waiting  "), "\(show)")
            let verify = try somebody.recover("journal", "verify")
            #expect(verify.code == 0 && verify.text.contains("INTACT"), "\(verify)")
            let unknown = try somebody.recover("journal", "show", "nothing")
            #expect(unknown.code == 2, "\(unknown)")
            let verb = try somebody.recover("journal", "erase")
            #expect(verb.code == 2 && verb.text.contains("journal verify"), "\(verb)")
            let nowhere = try somebody.recover(
                "journal", "verify", journal: "\(somebody.folder)/nowhere")
            #expect(nowhere.code != 0 && nowhere.text.contains("nowhere"), "\(nowhere)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `runbook lists, shows and lints`() throws {
            let somebody = try Responder(lab, "runbook")
            let list = try somebody.plain("runbook", "list")
            #expect(list.code == 0 && list.text.contains("node-loss  1."), "\(list)")
            let show = try somebody.plain("runbook", "show", "node-loss")
            #expect(show.code == 0 && show.text.hasPrefix("node-loss 1."), "\(show)")
            for line in [
                "To use it:  recover node-loss --node NAME --token FILE\n",
                "cordon: Keep new pods off {{ node.name }}\n",
                "      undo: kubectl [cluster] uncordon '{{ node.name }}'\n",
                "      needs an approval, by typing the target's name\n",
                "      hazard: On a node that still runs this corrupts its volumes.\n",
                " freeze.pause: Pause Fleet's {{ gitops.repository }}, and hold it at ",
            ] {
                #expect(show.text.contains(line), "\(line)\(show)")
            }
            let nothing = try somebody.plain("runbook", "show", "node-los")
            #expect(nothing.code == 3 || nothing.code == 2, "\(nothing)")
            #expect(nothing.text.contains("node-loss"), "\(nothing)")
            let lint = try somebody.plain("runbook", "lint", "node-loss")
            #expect(lint.code == 0, "\(lint)")
            let own = try Library("\(somebody.folder)/library")
            try own.write("broken", "recover: 1\nrunbook: broken\nversion: 1.0.0\nsteps: []\n")
            let wrong = try somebody.plain("runbook", "lint", "--library", own.folder)
            #expect(wrong.code == 3 && wrong.text.contains("broken.yaml:"), "\(wrong)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `runbook diff says what changed by meaning, and when only the version did not`() throws
        {
            let somebody = try Responder(lab, "diff")
            let old = try Library.shipped("node-loss")
            func diff(_ new: String) throws -> Answer {
                try Files.write(old, to: "\(somebody.folder)/old.yaml")
                try Files.write(new, to: "\(somebody.folder)/new.yaml")
                return try somebody.plain(
                    "runbook", "diff", "\(somebody.folder)/old.yaml", "\(somebody.folder)/new.yaml")
            }
            let comment = try diff("# Only a comment.\n" + old)
            #expect(comment.code == 0, "\(comment)")
            #expect(comment.text.contains("nothing else differs in meaning"), "\(comment)")
            let cordon = try Library.step("cordon", of: "node-loss")
            var changed = old.replacing("objective: { rto: 45m }", with: "objective: { rto: 30m }")
            changed = changed.replacing(cordon, with: "")
            changed = changed.replacing(
                "title: Pin the desired state\n", with: "title: Prove and pin\n")
            try #require(changed != old)
            let silent = try diff(changed)
            #expect(silent.code == 3 && silent.text.contains("RB-VERSION-SAME"), "\(silent)")
            for line in [
                "objective.rto: 45m → 30m\n", "- step cordon: Keep new pods off {{ node.name }}\n",
                "~ step pin\n    title: Pin the desired state → Prove and pin\n",
            ] {
                #expect(silent.text.contains(line), "\(line)\(silent)")
            }
            let version = try #require(old.split(separator: "\n").first { $0.hasPrefix("version: ") })
            let raised = changed.replacing(version, with: "version: 99.0.0")
            #expect(try diff(raised).code == 0)
            let moved = old.replacing(cordon, with: "").replacing("steps:\n", with: "steps:\n\(cordon)")
            let order = try diff(moved)
            #expect(order.text.contains("~ step cordon moved: now first\n"), "\(order)")
            #expect(order.lines.filter { $0.contains("moved") }.count == 1, "\(order)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `plan shows every step and does nothing`() throws {
            let somebody = try Responder(lab, "plan")
            let before = try lab.ask("changes")
            let right = try somebody.recover(
                "plan", "node-loss", "--node", "oci-arm-free1", "--token",
                "\(lab.folder)/lab/secrets/join-token")
            #expect(right.code == 0, "\(right)")
            for step in ["remove", "freeze.pause", "labels", "hand-back.unpin"] {
                #expect(right.text.contains(" \(step): "), "\(right)")
            }
            #expect(try lab.ask("changes") == before)
            #expect(!Files.exists("\(somebody.journal)/journal.db"))
            let wrong = try somebody.recover("plan", "node-loss")
            #expect(wrong.code == 2 && wrong.text.contains("node"), "\(wrong)")
            let bare = try somebody.recover("plan")
            #expect(bare.code == 2 && bare.text.contains("recover plan RUNBOOK"), "\(bare)")
        }
    }
}
