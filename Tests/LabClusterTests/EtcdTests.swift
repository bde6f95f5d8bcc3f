import Glibc
import JSON
import Processes
import Synchronization
import Testing

@testable import LabCluster

/// The programs of Debian's etcd packages, as `packaging/setup` unpacks them.
enum EtcdTools {
    static func path(_ name: String) -> String {
        let root = getenv("RECOVER_LAB_TOOLS").map { String(cString: $0) }
        let parts = #filePath.split(separator: "/").dropLast(3)
        let own = "/" + parts.joined(separator: "/") + "/.build/tools/root"
        return "\(root ?? own)/usr/bin/\(name)"
    }
}

/// `k3s server` as a thread and a real etcd: no machine, no sandbox.
final class EtcdServerProcess: ServerConsole {
    let server: ServerFolder
    let settings = Mutex<ServerSettings>(ServerSettings(nodeName: "", address: "", names: []))
    private let etcd = Mutex<pid_t>(0)
    private let ended = Mutex(false)
    private let deadline = Mutex(ContinuousClock.now + .seconds(60))
    let lines = Mutex<[String]>([])

    init(_ name: String, address: String, in folder: Folder) {
        server = ServerFolder(
            path: "\(folder.path)/\(name)/server", shown: "\(folder.path)/\(name)/server")
        settings.withLock {
            $0 = ServerSettings(nodeName: name, address: address, names: [])
        }
    }

    deinit { kill() }

    var boot: ServerBoot { ServerBoot(server, settings.withLock { $0 }) }
    var address: String { settings.withLock { $0.address } }
    /// A server that does not get up within a minute is given up.
    var isGone: Bool { ended.withLock { $0 } || ContinuousClock.now > deadline.withLock { $0 } }

    func log(_ level: String, _ text: String) { lines.withLock { $0.append(text) } }

    func startEtcd(_ arguments: [String]) {
        let log = open("\(server.path)/etcd.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(log) }
        let started = try? Spawn.start(
            Command(EtcdTools.path("etcd"), arguments), descriptors: [-1, log, log])
        etcd.withLock { $0 = started ?? 0 }
        deadline.withLock { $0 = ContinuousClock.now + .seconds(60) }
    }

    func stopEtcd() { end(SIGTERM) }

    /// The machine loses its power.
    func kill() {
        ended.withLock { $0 = true }
        end(SIGKILL)
    }

    private func end(_ signal: Int32) {
        etcd.withLock { pid in
            guard pid > 0 else { return }
            Glibc.kill(pid, signal)
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            pid = 0
        }
    }

    /// The machine is switched on again.
    func revive() { ended.withLock { $0 = false } }

    func text(_ name: String) -> String {
        String(decoding: (try? Files.read(server.file(name))) ?? [], as: UTF8.self)
    }

    func names(_ folder: String) -> [String] {
        let done = try? Command("/bin/ls", [server.file(folder)]).capture(deadline: .seconds(5))
        return (done?.output.text ?? "").split(separator: "\n").map(String.init)
    }
}

/// Servers with one etcd each, and the cluster they make.
final class EtcdLab {
    let folder: Folder
    let servers: [EtcdServerProcess]
    var cluster: Cluster

    /// `net` is the third number of the servers' addresses, one for each test.
    init(net: Int, count: Int) throws {
        let folder = try Folder()
        self.folder = folder
        servers = (1...count).map {
            EtcdServerProcess("s\($0)", address: "\(Self.network(net)).\($0)", in: folder)
        }
        servers[0].settings.withLock { $0.clusterInit = true }
        cluster = try Self.found(servers, folder)
        for server in servers.dropFirst() { try cluster.add(server.boot) }
        for server in servers { try cluster.open(server.boot, on: [server.address]) }
    }

    deinit {
        cluster.stop()
        for server in servers { server.kill() }
    }

    /// The ports are fixed, so every run of the tests has addresses of its own.
    static func network(_ net: Int) -> String { "127.\(64 + getpid() % 128).\(net)" }

    /// A new cluster of these servers, whose etcds are founded together.
    static func found(_ servers: [EtcdServerProcess], _ folder: Folder) throws -> Cluster {
        let first = servers[0]
        _ = try ClusterIdentity(
            founding: "test", in: first.server, first.settings.withLock { $0 }, password: "secret")
        let founding = try EtcdFounding(servers.map(\.boot))
        try Together.each(servers) { server in
            server.settings.withLock { $0.token = "secret" }
            try Cluster.startEtcd(server.boot, console: server, founding: founding)
        }
        return try Cluster(options(first, folder), etcdOf: first.boot, seed: [])
    }

    /// The cluster of a server that has data.
    static func start(_ server: EtcdServerProcess, _ folder: Folder) throws -> Cluster {
        try Cluster.startEtcd(server.boot, console: server, running: nil)
        return try Cluster(options(server, folder), etcdOf: server.boot, seed: [])
    }

    private static func options(_ server: EtcdServerProcess, _ folder: Folder) -> ClusterOptions {
        var options = folder.options()
        options.addresses = [server.address]
        options.port = 6443
        options.outageLimit = .seconds(1)
        return options
    }

    func add(_ server: EtcdServerProcess) throws {
        try Cluster.startEtcd(server.boot, console: server, running: cluster)
        try cluster.add(server.boot)
    }

    func join(_ server: EtcdServerProcess) throws {
        let token = cluster.joinToken
        let url = "https://\(servers[0].address):6443"
        server.settings.withLock { settings in
            settings.token = token
            settings.joinURL = url
        }
        try add(server)
        try cluster.open(server.boot, on: [server.address])
    }

    /// Power off.
    func lose(_ server: EtcdServerProcess) {
        server.kill()
        cluster.close(server.boot, on: [server.address])
    }

    func kubectl(_ server: EtcdServerProcess, _ arguments: String...) throws -> Captured {
        let path = "\(folder.path)/kubeconfig"
        try cluster.kubeconfig(path: path)
        return try Command(
            "/usr/bin/kubectl", ["--server", "https://\(server.address):6443"] + arguments,
            environment: ["KUBECONFIG": path, "HOME": folder.path]
        ).capture(deadline: .seconds(60))
    }

    func members(_ server: EtcdServerProcess) throws -> [EtcdMembers.Member] {
        try EtcdMembers(client: server.boot.etcdClient).all()
    }

    func put(_ name: String) throws { try cluster.put(Self.map(name)) }

    static func map(_ name: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string(name), "namespace": "default"],
        ]
    }

    func has(_ name: String) -> Bool {
        cluster.object(.configMaps, namespace: "default", name: name) != nil
    }
}

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
