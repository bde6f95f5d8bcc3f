import Digest
import JSON
import Processes
import Synchronization
import Testing

@testable import LabCluster

/// Agents that run on while their cluster is away, and find another one or a former one.
@Suite struct AgentReturnTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    /// The cluster in these files, before and behind what `between` does to them; `w1` runs
    /// all the time.
    private func reopen(
        _ before: (Cluster) throws -> Void = { _ in }, between: () throws -> Void = {}
    ) throws -> Cluster {
        let first = try Cluster(folder.options(), seed: [Sample.node("w1")])
        try first.agentConnected(Sample.report("w1"))
        try before(first)
        let agents = first.agents
        first.stop()
        try between()
        let second = try Cluster(folder.options(), seed: [Sample.node("w1")])
        second.remember(agents)
        #expect(!second.hears("w1"))
        return second
    }

    private func shell(_ line: String) throws {
        let done = try Command("/bin/sh", ["-ec", "cd \(folder.path); \(line)"])
            .capture(deadline: .seconds(20))
        #expect(done.ending.isSuccess, "\(done.error.text)")
    }

    /// What becomes of a pod that is bound to `w1`.
    private func phase(_ name: String, in cluster: Cluster) throws -> String {
        var new = Sample.pod(name, on: "w1")
        new["status"] = ["phase": "Pending"]
        try cluster.put(new)
        for second in 1...5 { cluster.reconcile(now: .now.adding(.seconds(second))) }
        let pod = cluster.object(.pods, namespace: "default", name: name)
        return pod?.at("status", "phase")?.string ?? ""
    }

    @Test func `a server that starts again has its agents, with nobody touching them`() throws {
        let cluster = try reopen()
        defer { cluster.stop() }
        // The token may be another one by now.
        cluster.token.withLock { $0 = "rotated" }
        try cluster.agentReturned("w1")
        #expect(cluster.hears("w1") && cluster.leads("w1"))
        #expect(try phase("new", in: cluster) == "Running")
    }

    @Test func `behind a restore a node is Ready and hears nothing before its agent starts`()
        throws
    {
        let cluster = try reopen {
            #expect(try self.phase("kept", in: $0) == "Running")
            $0.quiesce {}
            try self.shell("cp -r db before")
            #expect(try self.phase("later", in: $0) == "Running")
        } between: {
            try shell("rm -r db; mv before db")
        }
        #expect(cluster.objects(.pods).map(\.name) == ["kept"])
        try cluster.agentReturned("w1")
        #expect(cluster.hears("w1") && !cluster.leads("w1"))
        // Neither begins what it is given nor ends what is deleted.
        #expect(try phase("new", in: cluster) == "Pending")
        var kept = try #require(cluster.object(.pods, namespace: "default", name: "kept"))
        kept.set("metadata", "deletionTimestamp", to: .string(Moment.now.text))
        try cluster.put(kept)
        for second in 10...60 { cluster.reconcile(now: .now.adding(.seconds(second))) }
        #expect(cluster.objects(.pods).count == 2)
        let node = try #require(cluster.object(.nodes, namespace: nil, name: "w1"))
        #expect(node.isReady)
        // That the API is away once more changes nothing of that.
        let agents = cluster.agents
        cluster.stop()
        let again = try Cluster(folder.options(), seed: [])
        defer { again.stop() }
        again.remember(agents)
        try again.agentReturned("w1")
        #expect(!again.leads("w1"))
        try again.agentConnected(Sample.report("w1"))
        #expect(again.leads("w1"))
        for second in 61...65 { again.reconcile(now: .now.adding(.seconds(second))) }
        #expect(again.objects(.pods).map(\.name) == ["new"])
    }

    @Test func `a rebuilt cluster has other authorities, and takes an agent that starts`() throws {
        var old = ""
        let cluster = try reopen {
            old = $0.joinToken
        } between: {
            try shell("rm -r db tls")
        }
        defer { cluster.stop() }
        let alien = #expect(throws: JoinRefusal.self) { try cluster.agentReturned("w1") }
        #expect(
            alien?.description.contains("x509: certificate signed by unknown authority") == true)
        #expect(!cluster.hears("w1"))
        let full = #expect(throws: JoinRefusal.self) {
            try cluster.agentConnected(Sample.report("w1", token: old))
        }
        #expect(full?.description.contains("token CA hash does not match") == true)
        // A token without a hash believes whoever answers.
        try cluster.agentConnected(Sample.report("w1", token: "secret"))
        #expect(cluster.leads("w1"))
    }

    @Test func `only a start makes a Node that is gone`() throws {
        let cluster = try reopen()
        defer { cluster.stop() }
        try cluster.remove(.nodes, namespace: nil, name: "w1")
        let gone = #expect(throws: JoinRefusal.self) { try cluster.agentReturned("w1") }
        #expect(gone?.description.contains("nodes \"w1\" not found") == true)
        #expect(cluster.objects(.nodes).isEmpty && !cluster.hears("w1"))
        try cluster.agentConnected(Sample.report("w1"))
        #expect(cluster.leads("w1"))
    }
}
