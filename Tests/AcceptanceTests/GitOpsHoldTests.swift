import Glibc
import LabThreads
import Processes
import Testing

extension AcceptanceTests {
    /// GitOps is stopped and handed back by the real program against each of
    /// the three engines: nothing gets through meanwhile, whoever kills what.
    @Suite(.serialized, .onLabThreads(seconds: 150)) struct GitOpsHoldTests {
        /// One engine, in the estate that has it.
        struct Engine: Sendable, CustomTestStringConvertible {
            let estate: String, cluster: String
            /// A folder of the repository this engine deploys from.
            let folder: String
            /// Whether it puts drift right.
            let heals: Bool
            /// Ends of steps: the freeze has begun, the hand-back has begun.
            let frozen: String, handingBack: String
            var testDescription: String { estate }
        }

        private static let engines = [
            Engine(
                estate: "lumie", cluster: "lumie", folder: "workloads/web", heals: true,
                frozen: "freeze.argocd.stop-root: done",
                handingBack: "hand-back.argocd.hold-root: done"),
            Engine(
                estate: "flux-cilium", cluster: "flux-cilium", folder: "apps", heals: true,
                frozen: "freeze.flux.root: done",
                handingBack: "hand-back.flux.child.1.resume: done"),
            Engine(
                estate: "oci-layer7", cluster: "local", folder: "clusters/local", heals: false,
                frozen: "freeze.fleet.pause: done", handingBack: "hand-back.fleet.resume: done"),
        ]

        /// In the place of people who confirm: an object that appears.
        private static let waiting = """
              - id: work
                title: Wait until somebody says so
                timeout: 10m
                goal:
                  kubectl:
                    at: cluster
                    run: [get, configmap, go-on, -n, default, --ignore-not-found, -o, name]
                  expect: { stdout: { equals: configmap/go-on } }

            """

        private func write(_ library: Library) throws {
            let text = try Library.shipped("gitops-hold")
            let start = try #require(text.firstRange(of: "  - id: work\n"))
            let end = try #require(text.firstRange(of: "  - { include: gitops-hand-back"))
            try library.write(
                "gitops-hold",
                String(text[..<start.lowerBound]) + Self.waiting + String(text[end.lowerBound...]))
        }

        /// Somebody pushes a new object to the branch.
        private func push(_ lab: Lab, _ engine: Engine) throws {
            let work = "\(lab.folder)/work"
            try Files.tool(
                "/usr/bin/git", "clone", "-q", "\(lab.folder)/lab/desired-state.git", work)
            try Files.write(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: pushed, namespace: default }\n",
                to: "\(work)/\(engine.folder)/pushed.yaml")
            try Files.tool("/usr/bin/git", "-C", work, "add", "--all")
            try Files.tool(
                "/usr/bin/git", "-C", work, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit",
                "-q", "-m", "Something new")
            try Files.tool("/usr/bin/git", "-C", work, "push", "-q")
        }

        private func pushed(_ lab: Lab) throws -> String {
            try lab.kubectl(
                "get", "configmap", "pushed", "-n", "default", "--ignore-not-found", "-o", "name")
        }

        private func replicas(_ lab: Lab) throws -> String {
            try lab.kubectl(
                "get", "deployment", "web", "-n", "web", "-o", "jsonpath={.spec.replicas}")
        }

        /// Waits a minute at most.
        private func wait(until holds: () throws -> Bool) async throws {
            for _ in 0..<300 {
                if try holds() { return }
                try await Task.sleep(for: .milliseconds(200))
            }
        }

        /// Kills it right behind `words`, and shows that it said what stands still.
        private func kill(_ job: Job, behind words: String, _ somebody: Responder) async throws {
            try await job.awaitOutput(words, seconds: 120)
            try job.send(SIGKILL)
            _ = try await job.end(seconds: 3)
            let status = try somebody.recover("status")
            #expect(status.text.contains("GitOps:     "), "\(status)")
        }

        @Test(.timeLimit(.minutes(20)), arguments: engines)
        func `nothing gets through while it is held, and all of it is handed back`(
            engine: Engine
        ) async throws {
            let lab = try await Lab("hold-\(engine.estate)", estate: engine.estate)
            defer { lab.end() }
            try write(lab.library)
            let somebody = try Responder(lab, "somebody")
            let began = try somebody.start(
                "gitops-hold", "--cluster", engine.cluster, "--level", "soft")
            try await kill(began, behind: engine.frozen, somebody)
            let held = try somebody.start("resume")
            try await held.awaitOutput("work: not yet", seconds: 120)

            try push(lab, engine)
            if engine.heals {
                try lab.kubectl("scale", "deployment", "web", "-n", "web", "--replicas=1")
            }
            // More than two refreshes: three minutes are a second here, ten are four.
            try await Task.sleep(for: .seconds(7))
            #expect(try pushed(lab) == "")
            if engine.heals { #expect(try replicas(lab) == "1") }
            try await kill(held, behind: "work: not yet", somebody)

            try lab.kubectl("create", "configmap", "go-on", "-n", "default")
            let handing = try somebody.start("resume")
            try await kill(handing, behind: engine.handingBack, somebody)
            #expect(try pushed(lab) == "", "the pinned commit does not have it")
            let end = try somebody.recover("resume", seconds: 240)
            #expect(end.code == 0, "\(end)")
            #expect(end.text.contains("RECOVERED") && !end.text.contains("GitOps:  "), "\(end)")

            try await wait { try !pushed(lab).isEmpty }
            #expect(try pushed(lab) == "configmap/pushed\n", "it does not follow its branch again")
            guard engine.heals else { return }
            try await wait { try replicas(lab) == "2" }
            #expect(try replicas(lab) == "2")
        }
    }
}
