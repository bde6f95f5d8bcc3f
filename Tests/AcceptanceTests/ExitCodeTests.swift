import Glibc
import Testing

extension AcceptanceTests.InAHealthyEstate {
    /// How `recover` ends, and the words it ends with.
    @Suite struct ExitCodeTests {
        private let lab: Lab
        private var token: String { "\(lab.folder)/lab/secrets/join-token" }

        init() throws { lab = try Lab.shared() }

        @Test(.timeLimit(.minutes(10)))
        func `an argument nobody knows is refused with the nearest name (exit 2)`() throws {
            let somebody = try Responder(lab, "argument")
            let answer = try somebody.recover("node-loss", "--nod", "oci-arm-free1")
            #expect(answer.code == 2, "\(answer)")
            #expect(answer.text.contains("--nod") && answer.text.contains("node"), "\(answer)")
            let word = try somebody.recover("node-los", "--node", "oci-arm-free1")
            #expect(word.code == 2 && word.text.contains("node-loss"), "\(word)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `a node nobody knows is refused with the nearest name (exit 2)`() throws {
            let somebody = try Responder(lab, "node")
            let answer = try somebody.recover(
                "node-loss", "--node", "oci-arm-fre1", "--token", token)
            #expect(answer.code == 2, "\(answer)")
            #expect(answer.text.contains("oci-arm-free1"), "\(answer)")
            #expect(!Files.exists("\(somebody.journal)/journal.db"))
        }

        @Test(.timeLimit(.minutes(10)))
        func `without a binding it says what to type (exit 4)`() throws {
            let somebody = try Responder(lab, "unbound")
            let answer = try somebody.recover(
                "node-loss", "--estate", "oci-layer7", "--node", "oci-arm-free1", "--cluster",
                "local", "--token", token, set: ["XDG_CONFIG_HOME": "\(somebody.folder)/config"])
            #expect(answer.code == 4, "\(answer)")
            #expect(answer.text.contains("type: recover "), "\(answer)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `a prerequisite that is not met changes nothing (exit 4)`() throws {
            let somebody = try Responder(lab, "healthy-node")
            let before = try lab.ask("changes")
            let answer = try somebody.recover(
                "node-loss", "--node", "layer7-vps1", "--token", token)
            #expect(answer.code == 4, "\(answer)")
            #expect(answer.text.contains("layer7-vps1 is not Ready"), "\(answer)")
            #expect(answer.text.contains("Repair it or drain it"), "\(answer)")
            // No step waits, so there is none a person could speak for.
            #expect(!answer.text.contains("recover resolve"), "\(answer)")
            #expect(try lab.ask("changes") == before)
            #expect(try !somebody.kinds().contains("intent"))
            // Nothing was changed, so nobody is kept from the right one.
            try lab.library.add(
                "right-one", steps: [Library.touch("one", "\(somebody.folder)/made")])
            let right = try somebody.recover("right-one", "--cluster", "local")
            #expect(right.code == 0, "\(right)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `a guard that fails stops before anything is done (exit 5)`() throws {
            let somebody = try Responder(lab, "guarded")
            let guardLine = "guard: { run: [test, -e, /nonexistent], expect: { fails-on: [1] } }"
            let made = "\(somebody.folder)/made"
            try lab.library.add("guarded", steps: [Library.touch("one", made, guardLine)])
            let answer = try somebody.recover("guarded", "--cluster", "local")
            #expect(answer.code == 5, "\(answer)")
            #expect(answer.text.contains("the guard does not hold"), "\(answer)")
            #expect(!Files.exists(made))
            #expect(try !somebody.kinds().contains("intent"))
        }

        @Test(.timeLimit(.minutes(10)))
        func `a node nobody can prove off makes the run wait (exit 6)`() throws {
            let somebody = try Responder(lab, "powerless")
            let bindings = "\(somebody.folder)/config/recover/bindings"
            try Files.tool("/bin/mkdir", "-p", bindings)
            let known = "lab/config/recover/bindings/oci-layer7.yaml"
            let lines = try #require(Files.text("\(lab.folder)/\(known)"))
                .split(separator: "\n").filter { !$0.contains(", power, ") }
                .map { $0 == "power:" ? "power: {}" : $0 }
            try Files.write(
                lines.joined(separator: "\n") + "\n", to: "\(bindings)/oci-layer7.yaml", mode: 0o600
            )
            let step = try Library.step("off", of: "node-loss")
            try lab.library.add(
                "powerless", parameters: "node: { type: node, in: cluster.workers }",
                steps: [step.replacing("timeout: 10m", with: "timeout: 1s")])
            let answer = try somebody.recover(
                "powerless", "--cluster", "local", "--node", "oci-arm-free1",
                set: ["XDG_CONFIG_HOME": "\(somebody.folder)/config"])
            #expect(answer.code == 6, "\(answer)")
            #expect(answer.text.contains("nobody can see the power of oci-arm-free1"), "\(answer)")
            #expect(answer.text.contains("recover resolve"), "\(answer)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `Ctrl-C stops behind the step (exit 10), and resume goes on`() async throws {
            let somebody = try Responder(lab, "stopped")
            let files = ["one", "two"].map { "\(somebody.folder)/\($0)" }
            let steps = [Library.held("one", files[0]), Library.touch("two", files[1])]
            try lab.library.add("stopped", steps: steps)
            let job = try somebody.start("stopped", "--cluster", "local")
            try await job.awaitOutput("one: Make one once it is let go")
            try job.send(SIGINT)
            try await job.awaitOutput("stopping after this step")
            try Files.write("", to: files[0] + "-go")
            let answer = try await job.end()
            #expect(answer.code == 10, "\(answer)")
            #expect(answer.text.contains("recover resume"), "\(answer)")
            #expect(Files.exists(files[0]) && !Files.exists(files[1]), "\(answer)")
            let resumed = try somebody.recover("resume")
            #expect(resumed.code == 0, "\(resumed)")
            #expect(Files.exists(files[1]))
        }
    }
}
