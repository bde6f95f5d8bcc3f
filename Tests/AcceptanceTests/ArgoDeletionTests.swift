import LabThreads
import Testing

extension AcceptanceTests {
    /// A commit that removes objects, and whole Applications, is what Argo CD is
    /// handed back to: nothing goes before pruning is back, and then nothing else
    /// than what was agreed to.
    @Suite(.serialized, .onLabThreads(seconds: 130)) struct ArgoDeletionTests {
        private static let asked = "hand-back.deletions"

        /// With time before the second of the two steps that give pruning back, too.
        private func write(_ library: Library) throws {
            try library.addWait(
                "root-synced", before: "  - id: policy\n", in: "fragments/argocd-hand-back")
            try library.addDeletion(
                freeze: ("argocd-freeze", ", level: \"soft\""),
                handBack: (
                    "argocd-hand-back",
                    ", frozen: freeze, agreed: hand-back.deletions.anything-to-delete"
                ))
        }

        /// A child that brings one of its own, which is before it by its name.
        private func addTier(_ lab: Lab) async throws {
            try lab.push { work in
                let notes = try #require(Files.text("\(work)/apps/notes.yaml"))
                func application(_ name: String, _ path: String) -> String {
                    notes.replacing("name: notes", with: "name: \(name)")
                        .replacing("workloads/notes", with: path)
                        .replacing("namespace: notes", with: "namespace: default")
                }
                try Files.write(application("tier", "tier"), to: "\(work)/apps/tier.yaml")
                try Files.tool("/bin/mkdir", "\(work)/tier", "\(work)/workloads/inner")
                try Files.write(
                    application("inner", "workloads/inner"), to: "\(work)/tier/inner.yaml")
                try Files.tool("/bin/mkdir", "\(work)/workloads/by-hand")
                for name in ["inner/inner-keeps", "inner/inner-loses", "by-hand/by-hand"] {
                    let own = name.split(separator: "/")[1]
                    try Files.write(
                        """
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: { name: \(own), namespace: default }

                        """, to: "\(work)/workloads/\(name).yaml")
                }
            }
            try await lab.wait { try names(lab).contains("configmap/inner-loses") }
        }

        /// One object of `web` and of `inner`, the Application `notes` with its folder, and of
        /// `traefik-config` the Application only.
        private func remove(_ lab: Lab) throws {
            try lab.push { work in
                let web = "\(work)/workloads/web/web.yaml"
                let text = try #require(Files.text(web))
                let ingress = try #require(text.firstRange(of: "---\napiVersion: networking"))
                try Files.write(String(text[..<ingress.lowerBound]), to: web)
                try Files.tool(
                    "/bin/rm", "-r", "\(work)/workloads/inner/inner-loses.yaml",
                    "\(work)/workloads/notes", "\(work)/apps/notes.yaml",
                    "\(work)/apps/traefik-config.yaml")
            }
        }

        /// What is there, without what tells a waiting step to go on.
        private func names(_ lab: Lab) throws -> Set<Substring> {
            let words = ["pushed", "agreed", "root-synced"].map { "configmap/\($0)"[...] }
            return Set(
                try lab.kubectl(
                    "get",
                    "deployments,daemonsets,statefulsets,services,ingresses,namespaces,configmaps,"
                        + "persistentvolumeclaims,helmchartconfigs,applications.argoproj.io",
                    "-A", "-o", "name"
                ).split(separator: "\n")
            ).subtracting(words)
        }

        /// The lines a person sees of what is about to go.
        private func listed(_ answer: Answer) -> Set<String> {
            Set(
                answer.lines.compactMap { line in
                    line.firstRange(of: "  - ").map { range in
                        line[range.upperBound...].split(separator: "  (").first.map(String.init)
                            ?? ""
                    }
                })
        }

        private func keep(_ word: String, _ object: String, _ space: String, _ lab: Lab) throws {
            let option = "argocd.argoproj.io/sync-options"
            try lab.kubectl("annotate", object, "-n", space, option + word)
        }

        /// One that nobody brings: it is named before the root follows its branch again.
        private func addByHand(_ lab: Lab) throws {
            let root = try lab.kubectl(
                "get", "applications.argoproj.io", "notes", "-n", "argocd", "-o",
                "jsonpath={.spec.source.repoURL}")
            try lab.kubectl(
                "create", "-f", "-",
                input: """
                    apiVersion: argoproj.io/v1alpha1
                    kind: Application
                    metadata: { name: by-hand, namespace: argocd }
                    spec:
                      project: default
                      source: { repoURL: "\(root)", targetRevision: main, path: workloads/by-hand }
                      destination: { server: "https://kubernetes.default.svc", namespace: default }
                      syncPolicy: { automated: { selfHeal: true } }

                    """)
        }

        /// Neither its branch nor its policy is given back by anybody but a person.
        private func expectByHand(_ job: Job, _ lab: Lab) async throws {
            func give(_ spec: String) throws {
                try lab.kubectl(
                    "patch", "applications.argoproj.io", "by-hand", "-n", "argocd", "--type",
                    "merge", "-p", "{\"spec\":\(spec)}")
            }
            try await job.awaitOutput("rest: not yet", seconds: 240)
            #expect(job.output.contains("by-hand"), "\(job.output)")
            try give(#"{"source":{"targetRevision":"main"}}"#)
            try await job.awaitOutput("regained.1: not yet", seconds: 60)
            try give(#"{"syncPolicy":{"automated":{"selfHeal":true}}}"#)
        }

        /// Takes the agreement back.
        private func undo(_ somebody: Responder) throws {
            #expect(try somebody.recover("undo", try somebody.run(), Self.asked).code == 6)
        }

        private func expectNoMore(_ answer: Answer) {
            #expect(answer.text.contains("FAILED"), "\(answer)")
            #expect(answer.text.contains("the guard does not hold"), "\(answer)")
        }

        /// Twice something comes to the list behind the agreement.
        /// - Returns: what is there when only the root has not pruned.
        private func more(
            _ somebody: Responder, before: Set<Substring>
        ) async throws -> Set<Substring> {
            let lab = somebody.lab
            // Agreed to, and then there is more: the children do not get their
            // policies back, and without them nothing is deleted.
            let handing = try somebody.start("resume")
            try await handing.awaitOutput("agreed: not yet", seconds: 120)
            try keep("-", "ingress/web", "web", lab)
            try lab.say("agreed")
            expectNoMore(try await handing.end(seconds: 240))
            #expect(try names(lab) == before)

            // Asked anew; now the object of the child goes, and what the root
            // would delete does not.
            try undo(somebody)
            let last = try somebody.start("resume")
            try await last.awaitOutput("root-synced: not yet", seconds: 240)
            let children = before.subtracting([
                "ingress.networking.k8s.io/web", "configmap/inner-loses",
            ])
            try await lab.wait { try names(lab) == children }
            #expect(try names(lab) == children)
            try keep("-", "applications.argoproj.io/traefik-config", "argocd", lab)
            try lab.say("root-synced")
            expectNoMore(try await last.end(seconds: 180))
            #expect(try names(lab) == children)
            return children
        }

        /// Declined twice: all of it is named, and nothing goes on.
        private func expectLists(_ somebody: Responder) throws {
            let lab = somebody.lab
            // Nobody says of the one made by hand whether it prunes.
            let objects = [
                "Ingress.networking.k8s.io web/web", "ConfigMap default/inner-loses",
                "ConfigMap default/by-hand",
            ]
            let traefik = "Application.argoproj.io argocd/traefik-config"
            let notes: Set = [
                "Application.argoproj.io argocd/notes", "Namespace notes",
                "StatefulSet.apps notes/notes",
            ]
            let status = try somebody.recover("status")
            #expect(listed(status) == notes.union(objects + [traefik]), "\(status)")
            #expect(status.text.contains("GitOps:     STANDS STILL"), "\(status)")

            // Another list is another question. An Application that is kept and not
            // in Git may go on pruning what it brought.
            try keep("=Prune=false", "ingress/web", "web", lab)
            try keep("=Prune=false", "applications.argoproj.io/traefik-config", "argocd", lab)
            let fewer = try somebody.recover("resume", seconds: 180)
            #expect(
                fewer.code == 6
                    && listed(fewer)
                        == notes.union(
                            objects[1...] + ["HelmChartConfig.helm.cattle.io kube-system/traefik"]),
                "\(fewer)")
        }

        @Test(.timeLimit(.minutes(20)))
        func `nothing goes before pruning is back, and then what was agreed to goes alone`()
            async throws
        {
            let lab = try await Lab("argo-deletions", estate: "lumie")
            defer { lab.end() }
            try write(lab.library)
            try lab.decline(Self.asked, until: "\(lab.folder)/agree")
            try lab.kubectl(
                "patch", "applications.argoproj.io", "notes", "-n", "argocd", "--type", "merge",
                "-p", #"{"metadata":{"finalizers":["resources-finalizer.argocd.argoproj.io"]}}"#)
            try await addTier(lab)
            try addByHand(lab)
            let somebody = try Responder(lab, "somebody")
            let job = try somebody.start("deletion", "--cluster", "lumie")
            try await job.awaitOutput("pushed: not yet", seconds: 120)
            let before = try names(lab)
            try remove(lab)
            try lab.say("pushed")
            _ = try await job.end(seconds: 180)

            try expectLists(somebody)
            #expect(try names(lab) == before)

            try Files.write("", to: "\(lab.folder)/agree")
            let children = try await more(somebody, before: before)

            // And in the end the Applications go, one of them with all it brought.
            try undo(somebody)
            let handing = try somebody.start("resume")
            try await expectByHand(handing, lab)
            let end = try await handing.end(seconds: 240)
            #expect(end.code == 0 && end.text.contains("RECOVERED"), "\(end)")
            #expect(!end.text.contains("GitOps:  "), "\(end)")
            let left = children.subtracting([
                "application.argoproj.io/notes", "application.argoproj.io/traefik-config",
                "statefulset.apps/notes", "namespace/notes", "persistentvolumeclaim/data-notes-0",
            ])
            try await lab.wait { try names(lab) == left }
            #expect(try names(lab) == left)
        }
    }
}
