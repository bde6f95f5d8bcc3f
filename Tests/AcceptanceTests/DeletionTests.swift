import Glibc
import Processes
import Testing

extension AcceptanceTests {
    /// A commit that removes objects is what is handed back to: what goes is
    /// listed, agreed to as it stands, and nothing else goes.
    @Suite(.serialized) struct DeletionTests {
        private static let asked = "hand-back.deletions"

        /// A step that is over once a ConfigMap of this name is there.
        private static func waiting(_ id: String) -> String {
            """
              - id: \(id)
                title: Wait until somebody says \(id)
                timeout: 10m
                goal:
                  kubectl:
                    at: cluster
                    run: [get, configmap, \(id), -n, default, --ignore-not-found, -o, name]
                  expect: { stdout: { equals: configmap/\(id) } }

            """
        }

        /// Frozen before it is pinned, as after a restore, and with time between
        /// the agreement and the hand-back.
        private func write(_ library: Library) throws {
            try library.add(
                "deletion",
                steps: [
                    """
                      - { include: fleet-freeze, id: freeze, with: { gitops: cluster.gitops } }

                    """,
                    Self.waiting("pushed"),
                    """
                      - id: pin
                        title: Pin the desired state
                        timeout: 2m
                        do: { desired-state: pin, source: cluster.gitops.source }
                      - include: desired-state-preview
                        id: hand-back
                        with: { gitops: cluster.gitops, commit: pinned.commit }

                    """,
                    Self.waiting("agreed"),
                    """
                      - include: fleet-hand-back
                        id: fleet
                        with:
                          gitops: cluster.gitops
                          commit: pinned.commit
                          before: freeze.state.revision
                          agreed: hand-back.deletions.anything-to-delete

                    """,
                ])
        }

        /// The lab's own person, who declines deletions until a file is there.
        private func decline(_ lab: Lab, until file: String) throws {
            let path = "\(lab.folder)/lab/config/recover/bindings/oci-layer7.yaml"
            let script = "\(lab.folder)/person", program = try Programs.path("recover-lab")
            try Files.write(
                """
                #!/bin/sh
                question=$(cat)
                case "$question" in
                  *\(Self.asked)*) [ -e \(file) ] || { echo '{"answer":"no"}'; exit 0; };;
                esac
                printf '%s\\n' "$question" | '\(program)' operator '\(lab.folder)/lab'

                """, to: script, mode: 0o755)
            let lines = try #require(Files.text(path)).split(separator: "\n").map { line in
                guard let start = line.firstRange(of: "operator: ["),
                    let end = line.firstIndex(of: "]")
                else { return String(line) }
                return line[..<start.upperBound] + "\"\(script)\"" + String(line[end...])
            }
            try Files.write(lines.joined(separator: "\n") + "\n", to: path, mode: 0o600)
        }

        /// Somebody removes files from the branch.
        private func remove(_ files: [String], _ lab: Lab) throws {
            let work = "\(lab.folder)/work"
            try Files.tool(
                "/usr/bin/git", "clone", "-q", "\(lab.folder)/lab/desired-state.git", work)
            for file in files { try Files.tool("/usr/bin/git", "-C", work, "rm", "-q", file) }
            try Files.tool(
                "/usr/bin/git", "-C", work, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit",
                "-q", "-m", "No longer wanted")
            try Files.tool("/usr/bin/git", "-C", work, "push", "-q")
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

        private func say(_ word: String, _ lab: Lab) throws {
            try lab.kubectl("create", "configmap", word, "-n", "default")
        }

        @Test(.timeLimit(.minutes(20)))
        func `what goes is listed, declined, changed, asked anew, and goes alone`() async throws {
            let lab = try await Lab("deletions", estate: "oci-layer7")
            defer { lab.end() }
            try write(lab.library)
            try decline(lab, until: "\(lab.folder)/agree")
            let somebody = try Responder(lab, "somebody")
            let job = try somebody.start("deletion", "--cluster", "local")
            try await job.awaitOutput("pushed: not yet", seconds: 120)
            let before = try names(lab)
            try remove(["clusters/local/web.yaml", "clusters/local/node-agent.yaml"], lab)
            try say("pushed", lab)
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
            try say("agreed", lab)
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
