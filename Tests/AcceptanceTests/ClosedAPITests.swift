import Testing

extension AcceptanceTests.WithALostNode {
    /// With its API down `kubectl get … --ignore-not-found` prints nothing,
    /// just as it does when the object is gone.
    @Suite(.serialized) struct ClosedAPITests {
        private let lab: Lab
        private static let node = "oci-arm-free1"

        init() async throws {
            lab = try Lab.shared()
            let step = try Library.step("remove", of: "node-loss")
                .split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0 == "    timeout: 2m" ? "    timeout: 3s" : String($0) }
            try lab.library.add(
                "hasty-removal", parameters: "node: { type: node, in: cluster.workers }",
                steps: [step.joined(separator: "\n")])
        }

        private func exists() throws -> Bool {
            try !lab.kubectl(
                "get", "node", Self.node, "--ignore-not-found", "-o", "jsonpath={.metadata.uid}"
            ).isEmpty
        }

        private func register() throws {
            guard try !exists() else { return }
            try lab.kubectl(
                "create", "--raw", "/api/v1/nodes", "-f", "-",
                input: #"{"apiVersion":"v1","kind":"Node","metadata":{"name":"\#(Self.node)"}}"#)
        }

        /// 5 is before the step looks, 7 before it acts, 11 behind its intent.
        @Test(.timeLimit(.minutes(10)), arguments: [5, 7, 11])
        func `an API that is down never counts as gone`(place: Int) async throws {
            try register()
            let somebody = try Responder(lab, "closed-\(place)")
            let job = try somebody.start(
                "hasty-removal", "--cluster", "local", "--node", Self.node,
                failpoint: "pause:\(place)")
            try await job.awaitPause()
            try lab.api("stop")
            job.goOn()
            let answer = try await job.end()
            let verdict = try somebody.kinds().contains("verdict")
            let status = try somebody.recover("status")
            try lab.api("start")
            #expect(answer.code == 6, "\(answer)")
            #expect(!status.text.contains("  done  remove"), "\(status)")
            #expect(verdict == (place > 9), "\(answer)")
            #expect(try exists(), "it was removed while nobody could see it:\n\(answer)")
            let resumed = try somebody.recover("resume")
            #expect(resumed.code == 0, "\(resumed)")
            #expect(try !exists(), "\(resumed)")
        }
    }
}
