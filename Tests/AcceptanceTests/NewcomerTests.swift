import Glibc
import Processes
import Testing

extension AcceptanceTests.WithALostNode {
    /// The shipped step that removes a Node, and a Node that was registered
    /// anew under the same name while it worked.
    @Suite(.serialized) struct NewcomerTests {
        private let lab: Lab
        private static let node = "oci-arm-free1"

        init() async throws {
            lab = try Lab.shared()
            try lab.library.add(
                "removal", parameters: "node: { type: node, in: cluster.workers }",
                steps: [try Library.step("remove", of: "node-loss")])
        }

        // MARK: the world

        private func uid() throws -> String {
            try lab.kubectl(
                "get", "node", Self.node, "--ignore-not-found", "-o", "jsonpath={.metadata.uid}")
        }

        /// Makes sure that there is a Node, and says which.
        private func old() throws -> String {
            if try uid().isEmpty { try register() }
            return try uid()
        }

        private func register() throws {
            try lab.kubectl(
                "create", "--raw", "/api/v1/nodes", "-f", "-",
                input: #"{"apiVersion":"v1","kind":"Node","metadata":{"name":"\#(Self.node)"}}"#)
        }

        /// Somebody else removes the Node, and its name is taken again.
        private func replace() throws -> String {
            let old = try uid()
            try lab.kubectl("delete", "--raw", "/api/v1/nodes/\(Self.node)")
            try register()
            let new = try uid()
            try #require(!new.isEmpty && new != old)
            return new
        }

        private func start(_ somebody: Responder, _ failpoint: String) throws -> Job {
            try somebody.start(
                "removal", "--cluster", "local", "--node", Self.node, failpoint: failpoint)
        }

        // MARK: facts

        @Test(.timeLimit(.minutes(10)))
        func `without a newcomer the Node is removed`() throws {
            let old = try old()
            let somebody = try Responder(lab, "removal")
            let answer = try somebody.recover(
                "removal", "--cluster", "local", "--node", Self.node,
                set: ["RECOVER_FAILPOINT": "trace:\(somebody.folder)/trace"])
            #expect(answer.code == 0, "\(answer)")
            #expect(try uid() != old)
            // The places the other tests stop at.
            let trace = Files.text("\(somebody.folder)/trace") ?? ""
            for place in [
                "7 after approval-asked", "8 after lock", "10 after intent", "12 after spawn",
            ] {
                #expect(trace.contains("\(place)\n"), "\(trace)")
            }
        }

        @Test(
            .timeLimit(.minutes(10)),
            arguments: [(7, "approval-asked"), (8, "approval-asked"), (10, "intent")])
        func `a node re-registered under the same name during the run is never deleted`(
            place: Int, last: String
        ) async throws {
            let old = try old()
            let somebody = try Responder(lab, "newcomer-\(place)")
            let job = try start(somebody, "pause:\(place)")
            try await job.awaitPause()
            #expect(try somebody.kinds().last == last)
            #expect(try uid() == old)
            let newcomer = try replace()
            job.goOn()
            let answer = try await job.end()
            #expect(answer.code == 0 || answer.code == 6, "\(answer)")
            #expect(try uid() == newcomer, "\(answer)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `nor by a request that is on its way already`() async throws {
            let old = try old()
            let somebody = try Responder(lab, "newcomer-request")
            try lab.barrier("before", "--method", "DELETE", "--path", "/api/v1/nodes/\(Self.node)")
            let job = try start(somebody, "none:0")
            try await lab.awaitHeld()
            let newcomer = try replace()
            try #require(newcomer != old)
            try lab.barrier("release")
            let answer = try await job.end()
            #expect(answer.code == 0 || answer.code == 6, "\(answer)")
            #expect(try uid() == newcomer, "\(answer)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `nor by a resume of an attempt that never started`() async throws {
            _ = try old()
            let somebody = try Responder(lab, "newcomer-resume")
            let killed = try await start(somebody, "kill:10").end()
            #expect(killed.ending == .signalled(SIGKILL), "\(killed)")
            let newcomer = try replace()
            let answer = try somebody.recover("resume")
            #expect(answer.code == 0 || answer.code == 6, "\(answer)")
            #expect(try uid() == newcomer, "\(answer)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `nor by a second attempt, which waits for a human`() async throws {
            let old = try old()
            let somebody = try Responder(lab, "newcomer-again")
            // The first attempt's request is never applied: its client goes first.
            try lab.barrier("before", "--method", "DELETE", "--path", "/api/v1/nodes/\(Self.node)")
            let first = try start(somebody, "none:0")
            try await lab.awaitHeld()
            try lab.endAttempts(of: somebody, first)
            let killed = try await first.end()
            #expect(killed.ending == .signalled(SIGKILL), "\(killed)")
            try lab.barrier("clear")
            #expect(try uid() == old)
            let second = try somebody.start("resume", failpoint: "pause:4")
            try await second.awaitPause()
            #expect(try somebody.kinds().suffix(2) == ["resumed", "verdict"], "\(second.output)")
            let newcomer = try replace()
            second.goOn()
            let answer = try await second.end()
            #expect(answer.code == 6, "\(answer)")
            #expect(answer.text.contains("what is there now is not what the first attempt saw"))
            #expect(try uid() == newcomer, "\(answer)")
        }
    }
}
