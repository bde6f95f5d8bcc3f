import JSON
import Processes
import Synchronization
import Testing

@testable import LabCluster

/// `--cluster-reset` on one server, beside what a restored snapshot brings.
@Suite(.serialized) struct EtcdResetTests {
    private func reset(_ server: EtcdServerProcess) throws {
        try EtcdReset(server.boot, console: server, etcdctl: EtcdTools.path("etcdctl")).run()
    }

    /// With its Node: without one it would be collected.
    private func putPassword(of name: String, in cluster: Cluster) throws {
        try cluster.put(Sample.node(name))
        let node = try #require(cluster.object(.nodes, namespace: nil, name: name))
        try cluster.put(NodePassword.secret(password: "x", node: node, salt: [1]))
    }

    @Test(.timeLimit(.minutes(10)))
    func `a reset without a snapshot keeps the survivor's newest data, at its new address`()
        throws
    {
        let lab = try EtcdLab(net: 6, count: 2)
        let survivor = lab.servers[0]
        try lab.put("before")
        // A reset does not look at what lies there.
        let snapshots = EtcdSnapshot(survivor.boot, etcdctl: EtcdTools.path("etcdctl"))
        _ = try snapshots.take("older", directory: nil, in: lab.cluster)
        for node in ["s1", "s2"] { try putPassword(of: node, in: lab.cluster) }
        try lab.put("newest")
        // A reset lets go of what this etcd's disk does not know to be agreed on,
        // as in life: that can be the very last write.
        try lab.put("last")
        for server in lab.servers { lab.lose(server) }
        lab.cluster.stop()
        survivor.revive()
        let address = "\(EtcdLab.network(6)).9"
        survivor.settings.withLock { settings in
            settings.isReset = true
            settings.address = address
        }
        try reset(survivor)
        #expect(survivor.lines.withLock { $0 }.last == EtcdReset.done)
        #expect(survivor.names("db").contains("reset-flag"))
        #expect(survivor.names("db").filter { $0.hasPrefix("etcd-old-") }.isEmpty)
        survivor.settings.withLock { $0.isReset = false }
        lab.cluster = try EtcdLab.start(survivor, lab.folder)
        #expect(lab.has("before") && lab.has("newest"))
        #expect(try lab.members(survivor).map(\.peers) == [["https://\(address):2380"]])
        #expect(!survivor.names("db").contains("reset-flag"))
        // Its own password, which may be another machine's, is forgotten; no other is.
        let secrets = lab.cluster.objects(.secrets).map(\.name)
        #expect(!secrets.contains("s1.node-password.k3s"))
        #expect(secrets.contains("s2.node-password.k3s"))
    }

    @Test(.timeLimit(.minutes(10)))
    func `a snapshot from before a rotation needs the token of its time`() throws {
        let lab = try EtcdLab(net: 7, count: 1)
        let server = lab.servers[0]
        let snapshots = EtcdSnapshot(server.boot, etcdctl: EtcdTools.path("etcdctl"))
        try lab.put("kept")
        let before = try snapshots.take("before", directory: nil, in: lab.cluster)
        try lab.cluster.rotateToken(from: "secret", to: "rotated", on: server.boot)
        #expect(JoinToken(lab.cluster.joinToken).password == "rotated")
        let after = try snapshots.take("after", directory: nil, in: lab.cluster)
        // What a snapshot needs stands beside it: `printf %s TOKEN | sha256sum`, twelve digits.
        let hashes = [before, after].map { name in
            lab.cluster.objects(ResourceKey(group: "k3s.cattle.io", name: "etcdsnapshotfiles"))
                .first { $0.at("spec", "snapshotName")?.string == name }?
                .annotations["etcd.k3s.cattle.io/snapshot-token-hash"]?.string
        }
        #expect(hashes == ["2bb80d537b1d", "f42546d5ecdd"])
        lab.lose(server)
        lab.cluster.stop()
        server.revive()
        server.settings.withLock { settings in
            settings.isReset = true
            settings.restorePath = "\(server.server.path)/db/snapshots/\(before)"
            // What the server kept is the new one.
            settings.token = nil
        }
        #expect(server.text("token").hasSuffix("::server:rotated\n"))
        let refusal = #expect(throws: ServerRefusal.self) { try reset(server) }
        server.stopEtcd()
        #expect(refusal?.description.contains("encrypted with different token") == true)
        // Within one second both would keep the old data under one name.
        for name in server.names("db") where name.hasPrefix("etcd-old-") {
            try Files.move(server.server.file("db/\(name)"), to: server.server.file("db/first"))
        }
        server.settings.withLock { $0.token = "secret" }
        try reset(server)
        server.settings.withLock { $0.isReset = false }
        lab.cluster = try EtcdLab.start(server, lab.folder)
        #expect(lab.has("kept") && JoinToken(lab.cluster.joinToken).password == "secret")
        #expect(server.text("token").hasSuffix("::server:secret\n"))
    }
}
