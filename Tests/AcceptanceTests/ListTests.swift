import Testing

extension AcceptanceTests.InAHealthyEstate {
    /// Lists, steps at once, tries again and takes back, with the real program.
    @Suite struct ListTests {
        private let lab: Lab
        init() throws { lab = try Lab.shared() }

        /// A step for each node of the estate that takes its time and leaves a mark.
        private func workers(_ folder: String, atOnce: Int) -> String {
            """
              - id: every
                title: Work on {{ host.name }}
                each: { host: cluster.nodes, at-once: \(atOnce) }
                timeout: 20s
                do: { run: [\(folder)/work, "\(folder)/{{ host.name }}"] }
                goal: { run: [test, -e, "\(folder)/{{ host.name }}.ended"], expect: { fails-on: [1] } }

            """
        }

        /// A program that says when it begins and ends.
        private func makeWork(_ folder: String, seconds: String) throws {
            try Files.makeFolder(folder)
            try Files.write(
                "#!/bin/sh\ndate +%s%N >>\"$1.began\"; sleep \(seconds); date +%s%N >>\"$1.ended\"\n",
                to: "\(folder)/work", mode: 0o755)
        }

        private func moments(_ folder: String, _ kind: String) -> [Int] {
            ["oci-arm", "layer7-vps1", "oci-arm-free1"].compactMap { node in
                Files.text("\(folder)/\(node).\(kind)").flatMap { Int($0.prefix { $0 != "\n" }) }
            }
        }

        @Test(.timeLimit(.minutes(10)))
        func `steps at once overlap, steps one after the other do not`() throws {
            let somebody = try Responder(lab, "lists")
            for atOnce in [3, 1] {
                let folder = "\(somebody.folder)/w\(atOnce)"
                try makeWork(folder, seconds: "0.7")
                try lab.library.add("list\(atOnce)", steps: [workers(folder, atOnce: atOnce)])
                let answer = try somebody.recover("list\(atOnce)", "--cluster", "local")
                #expect(answer.code == 0, "\(answer)")
                let began = moments(folder, "began"), ended = moments(folder, "ended")
                #expect(began.count == 3 && ended.count == 3, "\(answer)")
                let overlap = (began.max() ?? 0) < (ended.min() ?? 0)
                #expect(overlap == (atOnce == 3), "\(began) \(ended)")
            }
        }

        @Test(.timeLimit(.minutes(10)))
        func `a killed engine resumes a list without doing anything twice`() async throws {
            let somebody = try Responder(lab, "killed-list")
            let folder = "\(somebody.folder)/w"
            try makeWork(folder, seconds: "0.5")
            try lab.library.add("killed-list", steps: [workers(folder, atOnce: 2)])
            // The eighth place is inside the acts of the first two.
            for point in [4, 6, 8, 10, 12] {
                let state = try Responder(lab, "killed-list-\(point)")
                try Files.tool("/bin/sh", "-c", "rm -f \(folder)/*.began \(folder)/*.ended")
                let job = try state.start(
                    "killed-list", "--cluster", "local", failpoint: "kill:\(point)")
                _ = try await job.end()
                let resumed = try state.recover("resume")
                #expect(resumed.code == 0, "point \(point): \(resumed)")
                for node in ["oci-arm", "layer7-vps1", "oci-arm-free1"] {
                    let began = Files.text("\(folder)/\(node).began") ?? ""
                    let times = began.split(separator: "\n").count
                    #expect(times == 1, "point \(point), \(node): began \(times) times\n\(resumed)")
                }
            }
        }

        @Test(.timeLimit(.minutes(10)))
        func `a failed step is tried again, and a step can be taken back`() throws {
            let somebody = try Responder(lab, "back")
            let folder = somebody.folder
            try Files.write(
                "#!/bin/sh\necho x >>\(folder)/tries; [ $(wc -l <\(folder)/tries) -ge 2 ]\n",
                to: "\(folder)/second-time", mode: 0o755)
            try lab.library.add(
                "back",
                steps: [
                    Library.touch(
                        "one", "\(folder)/one",
                        "undo: { do: { run: [rm, \(folder)/one] }, timeout: 5s, goal: "
                            + "{ run: [test, -e, \(folder)/one], expect: { exit: 1, fails-on: [0] } } }"),
                    """
                      - id: second
                        title: Succeeds at the second time
                        effect: repeatable
                        timeout: 5s
                        retry: { attempts: 2, pause: 100ms }
                        do: { run: [\(folder)/second-time] }
                      - id: never
                        title: Never succeeds
                        effect: repeatable
                        timeout: 5s
                        do: { run: ["false"] }

                    """,
                ])
            let failed = try somebody.recover("back", "--cluster", "local")
            #expect(failed.code == 5, "\(failed)")
            #expect(Files.text("\(folder)/tries") == "x\nx\n", "\(failed)")
            #expect(failed.text.contains("recover undo"), "\(failed)")
            let undone = try somebody.recover("undo")
            #expect(undone.code == 6, "\(undone)")
            #expect(undone.text.contains("step one was taken back"), "\(undone)")
            #expect(!Files.exists("\(folder)/one"), "\(undone)")
            let again = try somebody.recover("undo", try somebody.run(), "never")
            #expect(again.code == 2 && again.text.contains("has no undo"), "\(again)")
            let resumed = try somebody.recover("resume")
            #expect(resumed.code == 5, "\(resumed)")
            #expect(Files.exists("\(folder)/one"), "resume did the step again:\n\(resumed)")
            let abandoned = try somebody.recover("abandon", try somebody.run(), "--why", "enough")
            #expect(abandoned.code == 0, "\(abandoned)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `plan --probe asks everything live and does nothing`() throws {
            let somebody = try Responder(lab, "probe")
            let made = "\(somebody.folder)/made"
            try lab.library.add("probed", steps: [Library.touch("one", made)])
            let answer = try somebody.recover("plan", "probed", "--cluster", "local", "--probe")
            #expect(answer.code == 0, "\(answer)")
            #expect(answer.text.contains("fails        goal one"), "\(answer)")
            #expect(answer.text.contains("holds        recovered end"), "\(answer)")
            #expect(!Files.exists(made))
            #expect(!Files.exists("\(somebody.journal)/journal.db"))
            // A node that is alive is not to be replaced: said before anything is begun.
            let token = "\(lab.folder)/lab/secrets/join-token"
            let loss = try somebody.recover(
                "plan", "node-loss", "--node", "layer7-vps1", "--token", token, "--probe")
            #expect(loss.code == 4, "\(loss)")
            #expect(loss.text.contains("fails        prerequisite lost"), "\(loss)")
        }
    }
}
