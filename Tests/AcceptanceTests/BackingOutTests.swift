import Glibc
import LabThreads
import Processes
import Testing

extension AcceptanceTests {
    /// A hand-back that does not come to its end: what stands still or stays
    /// pinned is said at the end and in `status`, with what to type.
    @Suite(.serialized, .onLabThreads) struct BackingOutTests {
        /// The fragment that hands back to Fleet, with time before its last step.
        private func write(_ library: Library) throws {
            let path = "\(library.folder)/runbooks/fragments/fleet-hand-back.yaml"
            let text = try #require(Files.text(path))
            let last = try #require(text.firstRange(of: "  # Until here Fleet stands"))
            let wait = """
                  - id: wait
                    title: Wait until somebody says so
                    timeout: 10m
                    goal:
                      kubectl:
                        at: gitops.cluster
                        run: [get, configmap, "{{ run.id }}", -n, default, --ignore-not-found, -o, name]
                      expect: { stdout: { equals: "configmap/{{ run.id }}" } }

                """
            try Files.write(
                text[..<last.lowerBound] + wait
                    + text[last.lowerBound...].replacing("timeout: 2m", with: "timeout: 3s"),
                to: path)
            try library.add(
                "backing-out",
                steps: [
                    """
                      - id: pin
                        title: Pin the desired state
                        timeout: 2m
                        do: { desired-state: pin, source: cluster.gitops.source }
                      - { include: fleet-freeze, id: freeze, with: { gitops: cluster.gitops } }
                      - include: desired-state-preview
                        id: preview
                        with: { gitops: cluster.gitops, commit: pinned.commit }
                      - include: fleet-hand-back
                        id: fleet
                        with:
                          gitops: cluster.gitops
                          commit: pinned.commit
                          before: freeze.state
                          agreed: preview.deletions.anything-to-delete

                    """
                ])
        }

        /// kubectl where Fleet is told what to do.
        private func home(_ lab: Lab, _ words: [String]) throws -> String {
            let answer = try lab.run(
                [
                    "kubectl", "--kubeconfig",
                    "\(lab.folder)/lab/config/recover/kubeconfig-homelab.yaml",
                ]
                    + words)
            try #require(answer.code == 0, "\(answer)")
            return answer.text
        }

        private func revision(_ lab: Lab) throws -> String {
            try home(
                lab,
                [
                    "get", "gitrepos.fleet.cattle.io", "oci-layer7", "-n", "fleet-default", "-o",
                    "jsonpath={.spec.revision}",
                ])
        }

        private func expect(_ answer: Answer, _ words: [String]) {
            for word in words { #expect(answer.text.contains(word), "\(word)\n\(answer)") }
        }

        @Test(.timeLimit(.minutes(20)))
        func `a hand-back that is not ended is said, with what to type`() async throws {
            let lab = try await Lab("backing-out", estate: "oci-layer7")
            defer { lab.end() }
            try write(lab.library)
            try await giveUp(lab)
            try await refuse(lab)
            try await leave(lab)
        }

        /// Killed in the middle of the hand-back, and then given up.
        private func giveUp(_ lab: Lab) async throws {
            let somebody = try Responder(lab, "one")
            let job = try somebody.start("backing-out", "--cluster", "local")
            try await job.awaitOutput("fleet.wait: not yet", seconds: 180)
            try job.send(SIGKILL)
            _ = try await job.end(seconds: 3)
            let run = try somebody.run()
            let status = try somebody.recover("status")
            expect(status, ["GitOps:     IS HANDED BACK IN PART ONLY", "recover resume \(run)"])
            // Frozen again by a resume, nothing would let it go a second time.
            let undo = try somebody.recover("undo", run, "freeze.pause")
            #expect(undo.code == 2 && undo.text.contains("being handed back"), "\(undo)")
            let gone = try somebody.recover("abandon", run, "--why", "no time")
            let command = "patch gitrepos.fleet.cattle.io oci-layer7 -n fleet-default"
            for answer in [gone, try somebody.recover("status")] {
                expect(
                    answer,
                    [
                        "ABANDONED", "IS HANDED BACK IN PART ONLY", "do them by hand, as below",
                        "fleet.unpin: kubectl [homelab] \(command)",
                    ])
                #expect(!answer.text.contains("freeze.pause: kubectl"), "\(answer)")
                #expect(!answer.text.contains("{{"), "\(answer)")
            }
        }

        /// The pin of the run before is not taken for the branch.
        private func refuse(_ lab: Lab) async throws {
            let somebody = try Responder(lab, "between")
            let end = try await somebody.start("backing-out", "--cluster", "local")
                .end(seconds: 120)
            #expect(end.code == 6 && end.text.contains("stands at a commit"), "\(end)")
            let run = try somebody.run()
            _ = try somebody.recover("abandon", run, "--why", "un-pin it first")
            _ = try home(
                lab,
                [
                    "patch", "gitrepos.fleet.cattle.io", "oci-layer7", "-n", "fleet-default",
                    "--type", "merge", "-p", #"{"spec":{"branch":"main","revision":""}}"#,
                ])
        }

        /// Somebody writes the branch anew, with the same files.
        private func rewrite(_ repository: String) throws {
            try Files.tool(
                "/bin/sh", "-c",
                """
                cd "$0" && git update-ref refs/heads/main "$(git -c user.name=a -c user.email=a@b.c \
                    commit-tree -m 'Nothing was before' 'main^{tree}')"
                """, repository)
        }

        /// The Git host is away when the branch is to be followed again, and holds
        /// another history when it is back.
        private func leave(_ lab: Lab) async throws {
            let somebody = try Responder(lab, "two")
            let job = try somebody.start("backing-out", "--cluster", "local")
            try await job.awaitOutput("fleet.wait: not yet", seconds: 180)
            let run = try somebody.run()
            let commit = try revision(lab)
            let repository = "\(lab.folder)/lab/desired-state.git"
            try Files.tool("/bin/mv", repository, repository + "-away")
            _ = try home(lab, ["create", "configmap", run, "-n", "default"])
            _ = try await job.end(seconds: 60)
            let waiting = try somebody.recover("status")
            expect(
                waiting,
                [
                    "WAITING", "GT-NET", "GitOps stays at \(commit)", "recover resume \(run)",
                    "recover resolve \(run) fleet.unpin --as left --evidence TEXT",
                ])
            let early = try somebody.recover(
                "resolve", run, "pin", "--as", "left", "--evidence", "x")
            #expect(early.code == 6 && early.text.contains("RS-"), "\(early)")
            try Files.tool("/bin/mv", repository + "-away", repository)
            try rewrite(repository)
            let rewritten = try somebody.recover("resume", run)
            #expect(rewritten.code == 6, "\(rewritten)")
            expect(rewritten, ["GT-ROLLBACK", "which would not be pinned"])
            let left = try somebody.recover(
                "resolve", run, "fleet.unpin", "--as", "left", "--evidence", "the Git host is away")
            #expect(left.code == 0, "\(left)")
            let end = try somebody.recover("resume", run)
            #expect(end.code == 0, "\(end)")
            for answer in [end, try somebody.recover("status")] {
                expect(
                    answer,
                    [
                        "RECOVERED", "GitOps:     STAYS AT ITS PINNED COMMIT", "fleet.unpin",
                        "the Git host is away", "kubectl [homelab] patch gitrepos.fleet.cattle.io",
                        #"{"spec":{"branch":"main","revision":""}}"#,
                    ])
            }
            #expect(try revision(lab) == commit)
        }
    }
}
