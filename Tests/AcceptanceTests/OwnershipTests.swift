import Glibc
import Processes
import Testing

extension AcceptanceTests.InAHealthyEstate {
    /// One run on one cluster.
    @Suite struct OwnershipTests {
        private let lab: Lab

        init() throws { lab = try Lab.shared() }

        /// A runbook that makes one file.
        private func add(_ name: String) throws {
            try lab.library.add(
                name, steps: [Library.touch("one", "\(lab.folder)/\(name)-made")])
        }

        @Test(.timeLimit(.minutes(10)))
        func `a second run on the same cluster is refused with the owner's name (exit 8)`()
            async throws
        {
            try add("owned")
            let first = try Responder(lab, "owned")
            let job = try first.start("owned", "--cluster", "local", failpoint: "pause:4")
            try await job.awaitPause()
            for journal in [first.journal, "\(first.folder)/another"] {
                let second = try first.recover("owned", "--cluster", "local", journal: journal)
                #expect(second.code == 8, "\(second)")
                #expect(
                    second.text.contains("root") || second.text.contains("\"user\""), "\(second)")
            }
            let second = try first.recover(
                "owned", "--cluster", "local", journal: "\(first.folder)/another")
            #expect(second.text.contains("is working on cluster "), "\(second)")
            #expect(second.text.contains("To see it:   recover status "), "\(second)")
            #expect(second.text.contains("--journal \(first.journal)\n"), "\(second)")
            #expect(!Files.exists("\(lab.folder)/owned-made"))
            job.goOn()
            let ended = try await job.end()
            #expect(ended.code == 0, "\(ended)")
            let third = try first.recover("owned", "--cluster", "local")
            #expect(third.code == 0, "\(third)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `a run left unfinished keeps its cluster until it is resumed or abandoned`()
            async throws
        {
            try add("unfinished")
            let first = try Responder(lab, "unfinished")
            let killed = try first.recover(
                "unfinished", "--cluster", "local", set: ["RECOVER_FAILPOINT": "kill:5"])
            #expect(killed.ending == .signalled(SIGKILL), "\(killed)")
            let run = try first.run()
            let other = "\(first.folder)/another"
            for journal in [first.journal, other] {
                let second = try first.recover("unfinished", "--cluster", "local", journal: journal)
                #expect(second.code == 8, "\(second)")
                #expect(
                    second.text.contains("run \(run) by ")
                        && second.text.contains("was left unfinished on cluster "), "\(second)")
            }
            let abandoned = try first.recover("abandon", run, "--why", "a test")
            #expect(abandoned.code == 0, "\(abandoned)")
            let admitted = try first.recover("unfinished", "--cluster", "local", journal: other)
            #expect(admitted.code == 0, "\(admitted)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `a run killed before its first entry holds nothing`() async throws {
            try add("unborn")
            for (name, journal) in [("unborn-same", nil), ("unborn-other", "another")] {
                let first = try Responder(lab, name)
                let killed = try first.recover(
                    "unborn", "--cluster", "local", set: ["RECOVER_FAILPOINT": "kill:1"])
                #expect(killed.ending == .signalled(SIGKILL), "\(killed)")
                let place = journal.map { "\(first.folder)/\($0)" }
                let second = try first.recover("unborn", "--cluster", "local", journal: place)
                #expect(second.code == 0, "with \(journal ?? "the same journal"):\n\(second)")
            }
        }
    }
}
