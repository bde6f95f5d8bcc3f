import LabThreads
import Testing

extension AcceptanceTests {
    /// A commit that removes objects is what is handed back to: what goes is
    /// listed, agreed to as it stands, and nothing else goes.
    @Suite(.serialized, .onLabThreads) struct DeletionTests {
        private static let asked = "hand-back.deletions"

        private func write(_ library: Library) throws {
            try library.addDeletion(
                freeze: ("fleet-freeze", ""),
                handBack: (
                    "fleet-hand-back",
                    ", before: freeze.state, agreed: hand-back.deletions.anything-to-delete"
                ))
        }

        private func names(_ lab: Lab) throws -> Set<Substring> {
            Set(
                try lab.kubectl(
                    "get", "deployments,daemonsets,persistentvolumeclaims,services", "-A", "-o",
                    "name"
                ).split(separator: "\n"))
        }

        private func isPaused(_ lab: Lab) throws -> Bool {
            try lab.kubectl(
                "--kubeconfig", "\(lab.folder)/lab/config/recover/kubeconfig-homelab.yaml", "get",
                "gitrepos.fleet.cattle.io", "oci-layer7", "-n", "fleet-default", "-o",
                "jsonpath={.spec.paused}") == "true"
        }

        @Test(.timeLimit(.minutes(20)))
        func `what goes is listed, declined, changed, asked anew, and goes alone`() async throws {
            let lab = try await Lab("deletions", estate: "oci-layer7")
            defer { lab.end() }
            try write(lab.library)
            try lab.decline(Self.asked, until: "\(lab.folder)/agree")
            let somebody = try Responder(lab, "somebody")
            let job = try somebody.start("deletion", "--cluster", "local")
            try await job.awaitOutput("pushed: not yet", seconds: 120)
            let before = try names(lab)
            try lab.push { work in
                for file in ["web", "node-agent"] {
                    try Files.tool("/bin/rm", "\(work)/clusters/local/\(file).yaml")
                }
            }
            try lab.say("pushed")
            _ = try await job.end(seconds: 180)

            // Declined: both are named, nothing else is, and nothing goes on.
            let web = "- Deployment.apps drill/web", agent = "- DaemonSet.apps drill/node-agent"
            let status = try somebody.recover("status")
            for line in ["WAITING", web, agent, "GitOps:     STANDS STILL"] {
                #expect(status.text.contains(line), "\(line)\n\(status)")
            }
            #expect(
                status.lines.count { $0.contains("  - ") && $0.contains("drill/") } == 2,
                "\(status)")
            #expect(try isPaused(lab) && names(lab) == before)

            // Another list is another question.
            let policy = "helm.sh/resource-policy"
            try lab.kubectl("annotate", "daemonset", "node-agent", "-n", "drill", "\(policy)=keep")
            let fewer = try somebody.recover("resume", seconds: 180)
            #expect(
                fewer.code == 6 && fewer.text.contains(web) && !fewer.text.contains(agent),
                "\(fewer)")
            #expect(try somebody.kinds().count { $0 == "approval-asked" } == 2)

            // Agreed to, and then there is more: that was not agreed to.
            try Files.write("", to: "\(lab.folder)/agree")
            let handing = try somebody.start("resume")
            try await handing.awaitOutput("agreed: not yet", seconds: 120)
            try lab.kubectl("annotate", "daemonset", "node-agent", "-n", "drill", "\(policy)-")
            try lab.say("agreed")
            _ = try await handing.end(seconds: 180)
            let more = try somebody.recover("status")
            #expect(
                more.text.contains("FAILED") && more.text.contains("the guard does not hold"),
                "\(more)")
            #expect(more.text.contains("recover undo"), "\(more)")
            #expect(try isPaused(lab) && names(lab) == before)

            // Asked anew, of both; then both go, and nothing else.
            #expect(try somebody.recover("undo", try somebody.run(), Self.asked).code == 6)
            let end = try somebody.recover("resume", seconds: 240)
            #expect(end.code == 0 && end.text.contains("RECOVERED"), "\(end)")
            #expect(!end.text.contains("GitOps:  "), "\(end)")
            let gone: Set<Substring> = ["deployment.apps/web", "daemonset.apps/node-agent"]
            #expect(try names(lab) == before.subtracting(gone))
            #expect(try !isPaused(lab))
        }
    }
}
