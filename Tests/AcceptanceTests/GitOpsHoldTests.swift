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
            /// Folders of the repository this engine deploys from.
            let folders: [String]
            /// Whether it puts drift right.
            let heals: Bool
            /// Ends of steps: the freeze has begun, the hand-back has begun.
            let frozen: String, handingBack: String
            var testDescription: String { estate }
        }

        private static let engines = [
            Engine(
                estate: "lumie", cluster: "lumie", folders: ["workloads/web", Self.ofSet],
                heals: true,
                frozen: "freeze.argocd.stop-root: done",
                handingBack: "hand-back.argocd.hold-root: done"),
            Engine(
                estate: "flux-cilium", cluster: "flux-cilium", folders: ["apps"], heals: true,
                frozen: "freeze.flux.root: done",
                handingBack: "hand-back.flux.child.1.resume: done"),
            Engine(
                estate: "oci-layer7", cluster: "local", folders: ["clusters/local"], heals: false,
                frozen: "freeze.fleet.pause: done", handingBack: "hand-back.fleet.resume: done"),
        ]

        private func write(_ library: Library) throws {
            let text = try Library.shipped("gitops-hold")
            let start = try #require(text.firstRange(of: "  - id: work\n"))
            let end = try #require(text.firstRange(of: "  - { include: gitops-hand-back"))
            try library.write(
                "gitops-hold",
                String(text[..<start.lowerBound]) + Library.waiting("work")
                    + String(text[end.lowerBound...]))
        }

        /// A folder of which an ApplicationSet makes an Application.
        private static let ofSet = "sets/made"

        /// Somebody pushes a new object to each folder of the branch.
        private func push(_ lab: Lab, _ engine: Engine) throws {
            try lab.push { work in
                for (index, folder) in engine.folders.enumerated() {
                    try Files.tool("/bin/mkdir", "-p", "\(work)/\(folder)")
                    try Files.write(
                        """
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: { name: pushed-\(index), namespace: default, labels: { is: pushed } }

                        """, to: "\(work)/\(folder)/pushed.yaml")
                }
            }
        }

        private func pushed(_ lab: Lab) throws -> Int {
            try lab.kubectl("get", "configmaps", "-n", "default", "-l", "is=pushed", "-o", "name")
                .split(separator: "\n").count
        }

        /// Of what a set makes it puts the policy back at once.
        private func addSet(_ lab: Lab) async throws {
            try lab.push { work in
                try Files.tool("/bin/mkdir", "-p", "\(work)/\(Self.ofSet)")
                try Files.write(
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: in-the-set }\n",
                    to: "\(work)/\(Self.ofSet)/one.yaml")
            }
            let url = try lab.kubectl(
                "get", "applications.argoproj.io", "root", "-n", "argocd", "-o",
                "jsonpath={.spec.source.repoURL}")
            try lab.kubectl(
                "apply", "-f", "-",
                input: """
                    apiVersion: argoproj.io/v1alpha1
                    kind: ApplicationSet
                    metadata: { name: sets, namespace: argocd }
                    spec:
                      generators: [{ list: { elements: [{ name: made }] } }]
                      template:
                        metadata: { name: "{{name}}" }
                        spec:
                          project: default
                          source: { repoURL: "\(url)", targetRevision: main, path: "sets/{{name}}" }
                          destination: { server: https://kubernetes.default.svc, namespace: default }
                          syncPolicy: { automated: { prune: true, selfHeal: true } }

                    """)
            let map = ["get", "configmap", "in-the-set", "-n", "default"]
            try await lab.wait { try lab.run(["kubectl"] + map).code == 0 }
        }

        private func replicas(_ lab: Lab) throws -> String {
            try lab.kubectl(
                "get", "deployment", "web", "-n", "web", "-o", "jsonpath={.spec.replicas}")
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
            if engine.folders.contains(Self.ofSet) { try await addSet(lab) }
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
            // More than two refreshes: three minutes are three seconds here, ten are four.
            try await Task.sleep(for: .seconds(9))
            #expect(try pushed(lab) == 0)
            if engine.heals { #expect(try replicas(lab) == "1") }
            try await kill(held, behind: "work: not yet", somebody)

            try lab.say("work")
            let handing = try somebody.start("resume")
            try await kill(handing, behind: engine.handingBack, somebody)
            #expect(try pushed(lab) == 0, "the pinned commit does not have it")
            let end = try somebody.recover("resume", seconds: 240)
            #expect(end.code == 0, "\(end)")
            #expect(end.text.contains("RECOVERED") && !end.text.contains("GitOps:  "), "\(end)")

            try await lab.wait { try pushed(lab) == engine.folders.count }
            #expect(try pushed(lab) == engine.folders.count, "it does not follow its branch again")
            guard engine.heals else { return }
            try await lab.wait { try replicas(lab) == "2" }
            #expect(try replicas(lab) == "2")
        }
    }
}
