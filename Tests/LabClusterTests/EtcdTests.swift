import Processes
import Synchronization
import Testing

@testable import LabCluster

@Suite(.serialized) struct EtcdTests {
    @Test(.timeLimit(.minutes(10)))
    func `three servers answer, one may go, two may not`() throws {
        let lab = try EtcdLab(net: 1, count: 3)
        let members = try lab.members(lab.servers[1])
        #expect(members.count == 3 && members.allSatisfy { !$0.isLearner })
        try lab.put("first")
        for server in lab.servers {
            let got = try lab.kubectl(server, "get", "configmap", "first", "-o", "name")
            #expect(got.output.text == "configmap/first\n", "\(got.error.text)")
        }
        lab.lose(lab.servers[0])
        // What meets the election is answered with "leader changed".
        for _ in 0..<20 where !lab.has("second") { try? lab.put("second") }
        let made = try lab.kubectl(lab.servers[1], "get", "configmap", "second", "-o", "name")
        #expect(made.output.text == "configmap/second\n", "\(made.error.text)")
        lab.lose(lab.servers[1])
        let ready = try lab.kubectl(lab.servers[2], "get", "--raw", "/readyz")
        #expect(!ready.ending.isSuccess && ready.error.text.contains("[-]etcd failed"))
        // One request each: kubectl would ask for much else, and wait for it every time.
        let path = "/api/v1/namespaces/default/configmaps/first"
        let read = try lab.kubectl(lab.servers[2], "get", "--raw", path)
        #expect(!read.ending.isSuccess)
        let write = try lab.kubectl(lab.servers[2], "delete", "--raw", path)
        #expect(!write.ending.isSuccess)
        lab.servers[1].revive()
        try lab.add(lab.servers[1])
        let back = try lab.kubectl(lab.servers[2], "get", "configmap", "second", "-o", "name")
        #expect(back.output.text == "configmap/second\n", "\(back.error.text)")
        #expect(lab.has("first"))
    }

    @Test(.timeLimit(.minutes(10)))
    func `who joins needs the token and a node name of its own`() throws {
        let lab = try EtcdLab(net: 2, count: 1)
        let twin = EtcdServerProcess("s1", address: "\(EtcdLab.network(2)).9", in: try Folder())
        let double = #expect(throws: ServerRefusal.self) { try lab.join(twin) }
        #expect(double?.description.contains("duplicate node name found") == true)
        #expect(try lab.members(lab.servers[0]).count == 1)
        let other = EtcdServerProcess("s2", address: "\(EtcdLab.network(2)).2", in: lab.folder)
        for (token, words) in [
            ("wrong", "token is not authorized"),
            ("K10\(String(repeating: "0", count: 64))::server:x", "token CA hash does not match"),
        ] {
            other.settings.withLock { settings in
                settings.token = token
                settings.joinURL = "https://\(EtcdLab.network(2)).1:6443"
            }
            let refusal = #expect(throws: ServerRefusal.self) {
                try lab.add(other)
            }
            #expect(refusal?.description.contains(words) == true)
        }
        try lab.join(other)
        #expect(other.text("tls/server-ca.crt") == lab.servers[0].text("tls/server-ca.crt"))
    }

    @Test(.timeLimit(.minutes(10)))
    func `a snapshot restored by cluster-reset is the past, and peers join anew`() throws {
        let lab = try EtcdLab(net: 3, count: 2)
        let (uid, token) = (lab.cluster.uid, lab.cluster.joinToken)
        try lab.put("before")
        let first = lab.servers[0]
        let snapshot = "\(lab.folder.path)/snapshot"
        try EtcdSnapshot(first.boot, etcdctl: EtcdTools.path("etcdctl")).save(to: snapshot)
        try lab.put("after")
        for server in lab.servers { lab.lose(server) }
        lab.cluster.stop()
        first.revive()
        first.settings.withLock { settings in
            settings.isReset = true
            settings.restorePath = snapshot
            settings.token = "wrong"
        }
        func reset() throws {
            try EtcdReset(first.boot, console: first, etcdctl: EtcdTools.path("etcdctl")).run()
        }
        let wrong = #expect(throws: ServerRefusal.self) { try reset() }
        first.stopEtcd()
        #expect(wrong?.description.contains("encrypted with different token") == true)
        first.settings.withLock { $0.token = token }
        // Within one second both would keep the old data under one name.
        for name in first.names("db") where name.hasPrefix("etcd-old-") {
            try Files.move(first.server.file("db/\(name)"), to: first.server.file("db/first-try"))
        }
        // With a path the flag of the first try is not looked at.
        #expect(first.names("db").contains("reset-flag"))
        try reset()
        #expect(first.lines.withLock { $0 }.last == EtcdReset.done)
        #expect(first.names("db").filter { $0.hasPrefix("etcd-old-") }.isEmpty == false)
        #expect(first.names(".").contains { $0.hasPrefix("tls-") })
        first.settings.withLock { $0.restorePath = nil }
        let again = #expect(throws: ServerRefusal.self) { try reset() }
        #expect(again?.description.contains("was previously reset") == true)
        first.settings.withLock { $0.joinURL = "https://\(EtcdLab.network(3)).2:6443" }
        let joined = #expect(throws: ServerRefusal.self) { try reset() }
        #expect(joined?.description.hasPrefix("cannot perform cluster-reset while") == true)
        first.settings.withLock { settings in
            settings.joinURL = nil
            settings.isReset = false
        }
        lab.cluster = try EtcdLab.start(first, lab.folder)
        #expect(lab.cluster.uid == uid && lab.cluster.joinToken == token)
        #expect(lab.has("before") && !lab.has("after"))
        #expect(!first.names("db").contains("reset-flag"))
        #expect(try lab.members(first).count == 1)
        // A peer with its old data is no member of this cluster.
        let peer = lab.servers[1]
        peer.revive()
        let other = #expect(throws: ServerRefusal.self) { try lab.add(peer) }
        #expect(other?.description.contains("cluster ID mismatch") == true)
        peer.stopEtcd()
        try Files.move(peer.server.file("db"), to: peer.server.file("db-before"))
        try lab.join(peer)
        #expect(try lab.members(first).filter { !$0.isLearner }.count == 2)
    }

    @Test(.timeLimit(.minutes(10)))
    func `authorities that are gone come back out of etcd`() throws {
        let lab = try EtcdLab(net: 4, count: 1)
        let server = lab.servers[0]
        let authority = server.text("tls/server-ca.crt")
        lab.lose(server)
        lab.cluster.stop()
        server.revive()
        try Files.removeTree(server.server.file("tls"))
        lab.cluster = try EtcdLab.start(server, lab.folder)
        #expect(server.text("tls/server-ca.crt") == authority && !authority.isEmpty)
    }
}
