import Glibc
import JSON
import Processes
import Synchronization

@testable import LabCluster

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
