import Digest
import Glibc
import JSON
import Processes
import Synchronization
import Testing

@testable import LabCluster

/// A running cluster with the real kubectl in front of it.
final class Lab {
    let folder: Folder
    let cluster: Cluster

    init(seed: [JSONValue], outageLimit: Duration = .seconds(34)) throws {
        folder = try Folder()
        var options = folder.options()
        options.outageLimit = outageLimit
        cluster = try Cluster(options, seed: seed)
        try cluster.start()
        try cluster.kubeconfig(path: "\(folder.path)/kubeconfig")
    }

    deinit { cluster.stop() }

    /// The newest kubectl of this machine, and the oldest one the lab brings.
    static var programs: [String] {
        let old = getenv("RECOVER_LAB_TOOLS").map { "\(String(cString: $0))/usr/bin/kubectl" }
        return ["/usr/bin/kubectl"] + [old].compactMap { $0 }.filter { access($0, X_OK) == 0 }
    }

    func kubectl(
        _ arguments: String..., with program: String = "/usr/bin/kubectl",
        deadline: Duration = .seconds(60)
    ) throws -> Captured {
        try Command(
            program, arguments,
            environment: ["KUBECONFIG": "\(folder.path)/kubeconfig", "HOME": folder.path]
        ).capture(deadline: deadline)
    }

    /// Starts a kubectl and kills it once the barrier holds its request; false: it
    /// never came to that.
    func kubectlKilledAtBarrier(_ arguments: String...) throws -> Bool {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        let pid = try Spawn.start(
            Command(
                "/usr/bin/kubectl", arguments,
                environment: ["KUBECONFIG": "\(folder.path)/kubeconfig", "HOME": folder.path]),
            descriptors: [null, null, null])
        defer {
            kill(pid, SIGKILL)
            var status: Int32 = 0
            waitpid(pid, &status, 0)
        }
        return wait(seconds: 60) { cluster.barrierHit }
    }

    func wait(seconds: Int = 60, _ condition: () -> Bool) -> Bool {
        for _ in 0..<(seconds * 100) {
            if condition() { return true }
            usleep(10_000)
        }
        return false
    }
}

@Suite(.serialized) struct ClusterTests {
    @Test func `kubectl cordons, patches and deletes by identity`() throws {
        let lab = try Lab(seed: [Sample.node("w1")])
        let ready = try lab.kubectl("get", "--raw", "/readyz")
        #expect(ready.output.text == "ok")
        let cordoned = try lab.kubectl("cordon", "w1")
        #expect(cordoned.output.text == "node/w1 cordoned\n")
        #expect(
            lab.cluster.object(.nodes, namespace: nil, name: "w1")?.at("spec", "unschedulable")
                == true)
        let uid = try lab.kubectl("get", "ns", "kube-system", "-o", "jsonpath={.metadata.uid}")
            .output.text
        #expect(uid == lab.cluster.uid && !uid.isEmpty)
        // What /cacerts gives is what the token of a server names.
        let authority = try lab.kubectl("get", "--raw", "/cacerts").output
        let token = JoinToken(lab.cluster.joinToken)
        #expect(token.authorityDigest == SHA256.hex(Array(authority.text.utf8)))
        #expect(lab.cluster.joinToken.hasPrefix("K10\(token.authorityDigest ?? "?")::server:"))
        let absent = try lab.kubectl("get", "node", "nope")
        #expect(absent.ending == .exited(1))
        #expect(absent.error.text == "Error from server (NotFound): nodes \"nope\" not found\n")
        #expect(try lab.cluster.changes.map(\.verb) == ["PATCH"])
        #expect(try lab.cluster.changes[0].userAgent.hasPrefix("kubectl/"))
    }

    @Test func `kubectl takes off what a server refuses, its raw request does not`() throws {
        let lab = try Lab(seed: [])
        let (path, file) = ("/api/v1/namespaces/default/configmaps", "\(lab.folder.path)/backup")
        try lab.cluster.put([
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "c", "namespace": "default"],
        ])
        let backup = try lab.kubectl("get", "configmap", "c", "-o", "json").output.text
        #expect(backup.contains("\"resourceVersion\""))
        try Files.write(Array(backup.utf8), to: file, mode: 0o600)
        for program in Lab.programs {
            try lab.cluster.remove(.configMaps, namespace: "default", name: "c")
            let raw = try lab.kubectl("create", "--raw", path, "-f", file, with: program)
            #expect(
                raw.error.text == """
                    Error from server: resourceVersion should not be set on objects to be created

                    """)
            let applied = try lab.kubectl(
                "apply", "--server-side", "-f", file, with: program)
            #expect(applied.error.text.contains("uid mismatch"))
            let made = try lab.kubectl("create", "-f", file, with: program)
            #expect(made.output.text == "configmap/c created\n", "\(made.error.text)")
        }
    }

    @Test func `a stopped cluster goes on from its files`() throws {
        let folder = try Folder()
        let first = try Cluster(folder.options(), seed: [Sample.node("w1")])
        try first.agentConnected(Sample.report("w1"))
        try first.record(Change(verb: "start-unit", path: "w1/k3s-agent"))
        let (uid, token) = (first.uid, first.joinToken)
        first.stop()
        let second = try Cluster(folder.options(), seed: [Sample.node("other")])
        defer { second.stop() }
        #expect(second.uid == uid && second.joinToken == token)
        #expect(second.objects(.nodes).map(\.name) == ["w1"])
        #expect(try second.changes.map(\.sequence) == [1])
        #expect(second.worldState() == first.worldState())
    }

    @Test func `the log of changes is read from its file`() throws {
        let folder = try Folder()
        let log = try ChangeLog(path: "\(folder.path)/log")
        for name in ["a", "b"] { try log.append(Change(verb: "x", path: name)) }
        let first = String(decoding: try Files.read("\(folder.path)/log") ?? [], as: UTF8.self)
            .split(separator: "\n")[0]
        try Files.write(Array("\(first)\n".utf8), to: "\(folder.path)/log", mode: 0o600)
        #expect(try log.changes.map(\.path) == ["a"])
        try log.append(Change(verb: "x", path: "c"))
        #expect(try log.changes.map(\.sequence) == [1, 3])
        try Files.append(Array("no change\n".utf8), to: "\(folder.path)/log")
        #expect(throws: ChangeLog.Damaged.self) { try log.changes }
    }

    @Test func `who hurries does the same sooner`() throws {
        let folder = try Folder()
        var options = folder.options()
        options.kubeletDelay = .seconds(80)
        options.grace = .seconds(3600)
        let cluster = try Cluster(options, seed: [Sample.node("w1"), Sample.pod("a", on: "w1")])
        defer { cluster.stop() }
        cluster.setAgent("w1", isConnected: true)
        var now = Moment.now
        func phase(after rounds: Int) -> String? {
            for _ in 0..<rounds {
                now = now.adding(.seconds(3))
                cluster.reconcile(now: now)
            }
            return cluster.object(.pods, namespace: "default", name: "a")?.phase
        }
        #expect(phase(after: 5) == "Pending")
        cluster.hurry(40)
        #expect(cluster.pace == options.pace / 40)
        #expect(phase(after: 5) == "Running")
        cluster.hurry(1)
        #expect(cluster.pace == options.pace)
    }

    @Test func `a node name belongs to its first machine until the Node is deleted`() throws {
        let folder = try Folder()
        let cluster = try Cluster(folder.options(), seed: [])
        defer { cluster.stop() }
        #expect(throws: JoinRefusal.unauthorized) {
            try cluster.agentConnected(Sample.report("w1", token: "wrong"))
        }
        try cluster.agentConnected(Sample.report("w1", token: cluster.joinToken))
        let uid = cluster.object(.nodes, namespace: nil, name: "w1")?.uid
        #expect(throws: JoinRefusal.nodePasswordRejected(node: "w1")) {
            try cluster.agentConnected(Sample.report("w1", password: "another"))
        }
        try cluster.agentConnected(Sample.report("w1"))
        #expect(cluster.object(.nodes, namespace: nil, name: "w1")?.uid == uid)
        try cluster.remove(.nodes, namespace: nil, name: "w1")
        cluster.reconcile()
        try cluster.agentConnected(Sample.report("w1", password: "another"))
        #expect(cluster.object(.nodes, namespace: nil, name: "w1")?.uid != uid)
    }

    @Test func `labels and taints of an agent count at its registration only`() throws {
        let folder = try Folder()
        let cluster = try Cluster(folder.options(), seed: [])
        defer { cluster.stop() }
        var report = Sample.report("w1")
        report.labels = [
            "tier": "nas", "node-role.kubernetes.io/worker": "true", "disk.k8s.io/kind": "ssd",
            "topology.kubernetes.io/zone": "a", "node.kubernetes.io/instance-type": "pi",
        ]
        report.taints = [["key": "nas", "value": "only", "effect": "NoSchedule"]]
        func node() -> JSONValue {
            cluster.object(.nodes, namespace: nil, name: "w1") ?? [:]
        }
        let own: Set = ["tier", "topology.kubernetes.io/zone", "node.kubernetes.io/instance-type"]
        try cluster.agentConnected(report)
        #expect(own.isSubset(of: node().labels.keys))
        #expect(node().label("node-role.kubernetes.io/worker") == nil)
        #expect(node().label("disk.k8s.io/kind") == nil)
        #expect(Taint.of(node()).count == 1)
        report.labels = ["tier": "other", "more": "x"]
        report.taints = []
        try cluster.agentConnected(report)
        #expect(node().label("tier") == "nas" && node().label("more") == nil)
        #expect(Taint.of(node()).count == 1)
        // As a new Node it gets what is configured now, and nothing of before.
        try cluster.remove(.nodes, namespace: nil, name: "w1")
        try cluster.agentConnected(report)
        #expect(node().label("tier") == "other" && node().label("more") == "x")
        #expect(own.subtracting(["tier"]).isDisjoint(with: node().labels.keys))
        #expect(Taint.of(node()).isEmpty)
    }

    @Test func `a request held before it is applied is lost with its client`() throws {
        let lab = try Lab(seed: [Sample.node("w1")])
        lab.cluster.setBarrier(
            Barrier(verb: "PATCH", pathPrefix: "/api/v1/nodes/", mode: .beforeApply))
        #expect(try lab.kubectlKilledAtBarrier("cordon", "w1"))
        usleep(50_000)
        lab.cluster.releaseBarrier()
        usleep(50_000)
        #expect(try lab.cluster.changes.isEmpty)
        #expect(
            lab.cluster.object(.nodes, namespace: nil, name: "w1")?.at("spec", "unschedulable")
                == nil)
        let again = try lab.kubectl("cordon", "w1")
        #expect(again.ending.isSuccess)
    }

    @Test func `a request held behind its effect has happened`() throws {
        let lab = try Lab(seed: [Sample.node("w1")])
        lab.cluster.setBarrier(Barrier(pathPrefix: "/api/v1/nodes/", mode: .afterApply))
        #expect(try lab.kubectlKilledAtBarrier("cordon", "w1"))
        #expect(
            lab.wait {
                lab.cluster.object(.nodes, namespace: nil, name: "w1")?
                    .at("spec", "unschedulable") == true
            })
    }

    @Test func `a late request is applied without its client`() throws {
        let lab = try Lab(seed: [Sample.node("w1")])
        lab.cluster.setBarrier(
            Barrier(pathPrefix: "/api/v1/nodes/", mode: .applyLate(.seconds(3))))
        #expect(try lab.kubectlKilledAtBarrier("cordon", "w1"))
        #expect(
            lab.cluster.object(.nodes, namespace: nil, name: "w1")?.at("spec", "unschedulable")
                == nil)
        #expect(lab.wait { (try? lab.cluster.changes.count) == 1 })
        #expect(
            lab.cluster.object(.nodes, namespace: nil, name: "w1")?.at("spec", "unschedulable")
                == true)
    }

    @Test func `nothing changes while the cluster is held still`() throws {
        let lab = try Lab(seed: [Sample.node("w1")])
        let before = lab.cluster.quiesce {
            let before = lab.cluster.objects(.nodes)
            usleep(200_000)
            #expect(lab.cluster.objects(.nodes) == before)
            return before
        }
        #expect(before.count == 1)
    }
}
