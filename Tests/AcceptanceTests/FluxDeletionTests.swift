import LabThreads
import Testing

extension AcceptanceTests {
    /// A commit that removes objects, and a whole Kustomization, is what Flux is
    /// handed back to: it is agreed that they stay, and they do.
    @Suite(.serialized, .onLabThreads(seconds: 95)) struct FluxDeletionTests {
        private static func map(_ name: String) -> String {
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: { name: \(name), namespace: default }

            """
        }

        /// - Parameter more: lines of its spec.
        private static func kustomization(
            _ name: String, in namespace: String = "flux-system", path: String, _ more: String...
        ) -> String {
            """
            apiVersion: kustomize.toolkit.fluxcd.io/v1
            kind: Kustomization
            metadata: { name: \(name), namespace: \(namespace) }
            spec:
              interval: 10m
              path: ./\(path)
              prune: true
              sourceRef: { kind: GitRepository, name: flux-system, namespace: flux-system }

            """ + more.map { "  \($0)\n" }.joined()
        }

        /// Waits five minutes for what is promised, five seconds here; nobody ever makes it.
        private static let promise = """
            timeout: 5m
              healthChecks: [{ apiVersion: v1, kind: ConfigMap, name: promised, namespace: default }]
            """

        private func names(_ lab: Lab) throws -> Set<Substring> {
            Set(
                try lab.kubectl(
                    "get",
                    "deployments,daemonsets,statefulsets,services,namespaces,configmaps,"
                        + "persistentvolumes,persistentvolumeclaims,"
                        + "kustomizations.kustomize.toolkit.fluxcd.io",
                    "-A", "-o", "name"
                ).split(separator: "\n"))
        }

        /// The inner one stands in another namespace than the one who brings it.
        private func get(_ kustomization: String, _ output: String, _ lab: Lab) throws -> String {
            try lab.kubectl(
                "get", "kustomizations.kustomize.toolkit.fluxcd.io", kustomization, "-n",
                kustomization == "inner" ? "default" : "flux-system", "-o", output)
        }

        /// Has Flux apply it once more.
        private func look(at kustomization: String, _ lab: Lab) async throws {
            try lab.kubectl(
                "annotate", "kustomizations.kustomize.toolkit.fluxcd.io", kustomization, "-n",
                "flux-system", "--overwrite", "reconcile.fluxcd.io/requestedAt=looked")
            try await lab.wait {
                try get(kustomization, "jsonpath={.status.lastHandledReconcileAt}", lab) == "looked"
            }
        }

        /// Whether Flux has done all it was asked to of this one, pruning again.
        private func isSettled(_ kustomization: String, _ lab: Lab) throws -> Bool {
            let words = try get(
                kustomization,
                "jsonpath={.spec.prune} {.metadata.generation} {.status.observedGeneration}"
                    + #"{.metadata.annotations.kustomize\.toolkit\.fluxcd\.io/reconcile}"#, lab
            ).split(separator: " ")
            return words.count == 3 && words[0] == "true" && words[1] == words[2]
        }

        /// One that the root itself brings, a child that waits for the one it brings, which
        /// is not well and by name before it, and one that depends on that child.
        private func add(_ lab: Lab) throws {
            try lab.push { work in
                try Files.write(
                    Self.map("of-the-root"), to: "\(work)/clusters/flux-cilium/more.yaml")
                try Files.write(
                    Self.kustomization("tier", path: "tier", "wait: true", "timeout: 5m")
                        + "---\n"
                        + Self.kustomization("after", path: "after", "dependsOn: [{ name: tier }]"),
                    to: "\(work)/clusters/flux-cilium/tier.yaml")
                try Files.tool(
                    "/bin/mkdir", "\(work)/tier", "\(work)/before", "\(work)/after")
                try Files.write(Self.map("after-all"), to: "\(work)/after/after.yaml")
                try Files.write(
                    Self.kustomization("inner", in: "default", path: "before", Self.promise),
                    to: "\(work)/tier/inner.yaml")
                try Files.write(Self.map("inner-keeps"), to: "\(work)/before/keeps.yaml")
                try Files.write(Self.map("inner-loses"), to: "\(work)/before/loses.yaml")
            }
        }

        private func remove(_ lab: Lab) throws {
            try lab.push { work in
                try Files.tool(
                    "/bin/rm", "-r", "\(work)/apps", "\(work)/infrastructure/nfs.yaml",
                    "\(work)/clusters/flux-cilium/apps.yaml",
                    "\(work)/clusters/flux-cilium/more.yaml", "\(work)/before/loses.yaml")
                // Only who brings it knows where the commit has it.
                try Files.tool("/bin/mv", "\(work)/before", "\(work)/inner")
                try Files.write(
                    Self.kustomization("inner", in: "default", path: "inner"),
                    to: "\(work)/tier/inner.yaml")
            }
        }

        private func reason(_ name: String, _ lab: Lab) throws -> String {
            try get(name, #"jsonpath={.status.conditions[?(@.type=="Ready")].reason}"#, lab)
        }

        @Test(.timeLimit(.minutes(20)))
        func `what left Git is agreed to stay, and stays when pruning is back`() async throws {
            let lab = try await Lab("flux-deletions", estate: "flux-cilium")
            defer { lab.end() }
            try lab.library.addDeletion(
                freeze: ("flux-freeze", ", level: \"soft\""),
                handBack: ("flux-hand-back", ", agreed: hand-back.left.anything-left"))
            try lab.decline("hand-back.left", until: "\(lab.folder)/agree")
            try lab.library.addWait(
                "before-root", before: "  # The root is suspended and gives",
                in: "fragments/flux-hand-back")
            try add(lab)
            let mine: Substring = "configmap/of-the-root"
            try await lab.wait {
                try names(lab).isSuperset(of: [mine, "configmap/inner-loses"])
            }
            let somebody = try Responder(lab, "somebody")
            let job = try somebody.start("deletion", "--cluster", "flux-cilium")
            try await job.awaitOutput("pushed: not yet", seconds: 120)
            var before = try names(lab)
            try #require(before.contains(mine), "\(before)")
            try await lab.wait { try reason("inner", lab) == "HealthCheckFailed" }
            try #require(try reason("inner", lab) == "HealthCheckFailed")
            try #require(try reason("after", lab) == "DependencyNotReady")
            try remove(lab)
            try lab.say("pushed")
            try lab.say("agreed")
            _ = try await job.end(seconds: 180)

            let status = try somebody.recover("status")
            for line in [
                "stays, and nobody brings it any more", "- PersistentVolume shared-media",
                "- ConfigMap default/of-the-root", "- Deployment.apps web/web",
                "- ConfigMap default/inner-loses",
                "- Kustomization.kustomize.toolkit.fluxcd.io flux-system/apps",
            ] {
                #expect(status.text.contains(line), "\(line)\n\(status)")
            }
            try Files.write("", to: "\(lab.folder)/agree")
            let handing = try somebody.start("resume")
            try await handing.awaitOutput("before-root: not yet", seconds: 240)
            try await look(at: "tier", lab)
            let prune = "jsonpath={.spec.prune}{.spec.path}"
            #expect(try get("inner", prune, lab) == "false./inner")
            try lab.say("before-root")
            let end = try await handing.end(seconds: 300)
            #expect(end.code == 0 && end.text.contains("RECOVERED"), "\(end)")
            #expect(!end.text.contains("GitOps:  "), "\(end)")
            for name in ["flux-system", "infrastructure", "tier", "inner", "after"] {
                try await lab.wait { try isSettled(name, lab) }
                #expect(try isSettled(name, lab), "\(name)")
            }
            before.insert("configmap/after-all")
            let words: Set<Substring> = [
                "configmap/pushed", "configmap/agreed", "configmap/before-root",
            ]
            #expect(try names(lab).subtracting(words) == before)
        }
    }
}
