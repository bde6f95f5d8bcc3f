import LabThreads
import Testing

extension AcceptanceTests {
    /// A commit that removes objects, and a whole Kustomization, is what Flux is
    /// handed back to: it is agreed that they stay, and they do.
    @Suite(.serialized, .onLabThreads(seconds: 95)) struct FluxDeletionTests {
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

        /// Whether Flux has done all it was asked to of this one, pruning again.
        private func isSettled(_ kustomization: String, _ lab: Lab) throws -> Bool {
            let words = try lab.kubectl(
                "get", "kustomizations.kustomize.toolkit.fluxcd.io", kustomization, "-n",
                "flux-system", "-o",
                "jsonpath={.spec.prune} {.metadata.generation} {.status.observedGeneration}"
            ).split(separator: " ")
            return words.count == 3 && words[0] == "true" && words[1] == words[2]
        }

        @Test(.timeLimit(.minutes(20)))
        func `what left Git is agreed to stay, and stays when pruning is back`() async throws {
            let lab = try await Lab("flux-deletions", estate: "flux-cilium")
            defer { lab.end() }
            try lab.library.addDeletion(
                freeze: ("flux-freeze", ", level: \"soft\""),
                handBack: ("flux-hand-back", ", agreed: hand-back.left.anything-left"))
            try lab.decline("hand-back.left", until: "\(lab.folder)/agree")
            // One that the root itself brings.
            try lab.push { work in
                try Files.write(
                    """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: { name: of-the-root, namespace: default }

                    """, to: "\(work)/clusters/flux-cilium/more.yaml")
            }
            let mine: Substring = "configmap/of-the-root"
            try await lab.wait { try names(lab).contains(mine) }
            let somebody = try Responder(lab, "somebody")
            let job = try somebody.start("deletion", "--cluster", "flux-cilium")
            try await job.awaitOutput("pushed: not yet", seconds: 120)
            let before = try names(lab)
            try #require(before.contains(mine), "\(before)")
            try lab.push { work in
                try Files.tool(
                    "/bin/rm", "-r", "\(work)/apps", "\(work)/infrastructure/nfs.yaml",
                    "\(work)/clusters/flux-cilium/apps.yaml",
                    "\(work)/clusters/flux-cilium/more.yaml")
            }
            try lab.say("pushed")
            try lab.say("agreed")
            _ = try await job.end(seconds: 180)

            let status = try somebody.recover("status")
            for line in [
                "stays, and nobody brings it any more", "- PersistentVolume shared-media",
                "- ConfigMap default/of-the-root", "- Deployment.apps web/web",
                "- Kustomization.kustomize.toolkit.fluxcd.io flux-system/apps",
            ] {
                #expect(status.text.contains(line), "\(line)\n\(status)")
            }
            try Files.write("", to: "\(lab.folder)/agree")
            let end = try somebody.recover("resume", seconds: 300)
            #expect(end.code == 0 && end.text.contains("RECOVERED"), "\(end)")
            #expect(!end.text.contains("GitOps:  "), "\(end)")
            for name in ["flux-system", "infrastructure"] {
                try await lab.wait { try isSettled(name, lab) }
                #expect(try isSettled(name, lab), "\(name)")
            }
            let words: Set<Substring> = ["configmap/pushed", "configmap/agreed"]
            #expect(try names(lab).subtracting(words) == before)
        }
    }
}
