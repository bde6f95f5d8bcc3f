import JSON
import LabCluster
import LabDoors
import LabHosts
import Synchronization

/// The servers of clusters with machines: what happens when `k3s server` starts
/// on one, and when it ends.
///
/// A cluster is as alive as its servers: the first opens it, the last closes it.
final class Servers: Sendable {
    let clusters: Clusters
    private let tools: Tools
    /// Opening and closing a cluster are one at a time.
    let turn = Mutex(())
    /// Servers that run and are reached by nobody, by machine.
    let lost = Mutex<[String: RunningServer]>([:])

    init(_ clusters: Clusters, tools: Tools) {
        self.clusters = clusters
        self.tools = tools
    }

    /// The whole life of a server on `host`, from its question to its end.
    func serve(_ host: String, _ question: JSONValue, _ connection: LineSocket) {
        let console = HostConsole(connection)
        do {
            guard let declaration = clusters.declaration(host) else {
                throw LabFailure("\(host) belongs to no cluster")
            }
            let settings = settings(declaration, question)
            let boot = ServerBoot(clusters.serverFolder(host), settings)
            // Nothing it would do could be seen before it is reached again.
            while clusters.power.isCut(host) {
                if console.isGone { return }
                Background.sleep(100)
            }
            guard !clusters.power.lostAddresses.contains(settings.address) else {
                throw LabFailure(
                    "starting kubernetes: preparing server: start managed database: listen tcp "
                        + "\(settings.address):2380: bind: cannot assign requested address")
            }
            if question["reset"]?.bool == true {
                try EtcdReset(boot, console: console, etcdctl: try program("etcdctl")).run()
                connection.send(["exit": 0])
                return
            }
            try up(boot, declaration, console)
            connection.send(["accepted": true])
            while connection.receive() != nil {}
            down(declaration)
        } catch {
            connection.send(["refused": .string("\(error)")])
        }
    }

    private func settings(_ host: HostDeclaration, _ question: JSONValue) -> ServerSettings {
        var settings = clusters.serverSettings(host)
        settings.nodeName = question["node-name"]?.string ?? host.name
        settings.address = question["node-ip"]?.string ?? host.internalAddress
        settings.names += question["names"]?.array?.compactMap(\.string) ?? []
        settings.token = question["token"]?.string
        settings.joinURL = question["server"]?.string
        settings.clusterInit = question["cluster-init"]?.bool ?? false
        settings.isReset = question["reset"]?.bool ?? false
        settings.usesS3 = question["s3"]?.bool ?? false
        settings.restorePath = question["cluster-reset-restore-path"]?.string
        for (flag, values) in question["critical"]?.object ?? [:] {
            settings.critical[flag] = values.array?.compactMap(\.string)
        }
        return settings
    }

    func program(_ name: String) throws -> String {
        guard let path = tools.program(name) else {
            throw LabFailure("\(name) is missing; packaging/setup brings it")
        }
        return path
    }

    // MARK: up and down

    private func up(
        _ boot: ServerBoot, _ host: HostDeclaration, _ console: HostConsole
    ) throws {
        let name = host.cluster
        if boot.kind == .etcd {
            _ = try program("etcd")
            if let founding = try founding(boot, name) {
                try Cluster.startEtcd(boot, console: console, founding: founding)
            } else {
                let running = try running(boot, name)
                try Cluster.startEtcd(boot, console: console, running: running)
            }
        }
        try turn.withLock { _ in
            let addresses = clusters.addresses(of: host)
            let seed = try clusters.seed(name)
            var options = try clusters.options(name, addresses, data: boot.path)
            options.runtimes = clusters.doors?.images
            options.addons = clusters.addons(host, data: boot.path)
            options.hasServiceLB =
                options.addons.map { !$0.disabled().contains("servicelb") } ?? false
            if seed.isEmpty { options.customGroups = [] }
            if let running = clusters.running(name) {
                guard boot.kind == .etcd else {
                    throw LabFailure("\(name) runs already on another server")
                }
                try running.add(boot)
                if let addons = options.addons { try running.joined(with: addons) }
                try running.open(boot, on: addresses)
            } else {
                let cluster =
                    boot.kind == .etcd
                    ? try Cluster(options, etcdOf: boot, seed: seed)
                    : try Cluster(options, boot: boot, seed: seed)
                try cluster.open(boot, on: addresses)
                try clusters.seeded(name)
                clusters.run(cluster, name)
            }
            clusters.servers.withLock {
                $0[host.name] = RunningServer(boot: boot, addresses: addresses)
            }
            try clusters.writeKubeconfig(of: host.name)
            clusters.power.findContact(name)
        }
    }

    /// The servers of a cluster whose world was never made found it together;
    /// nil when there is one already, or this server has data.
    private func founding(_ boot: ServerBoot, _ name: String) throws -> EtcdFounding? {
        try turn.withLock { _ in
            guard !boot.isKnown, !clusters.isSeeded(name) else { return nil }
            let servers = clusters.description.hosts.filter {
                $0.cluster == name && $0.role == .server
            }
            return try EtcdFounding(
                servers.map {
                    ServerBoot(clusters.serverFolder($0.name), clusters.serverSettings($0))
                })
        }
    }

    /// The cluster as it runs; who wants to join must reach a server of it.
    private func running(_ boot: ServerBoot, _ name: String) throws -> Cluster? {
        let running = clusters.running(name)
        guard boot.joinsAnew, let url = boot.joinURL else { return running }
        guard let running, clusters.answers(running, url) else {
            throw ServerRefusal(
                "starting kubernetes: preparing server: failed to get CA certs: Get "
                    + "\"\(url)/cacerts\": dial tcp: connect: connection refused")
        }
        let peers = clusters.description.hosts.filter { $0.cluster == name }.map(\.name)
        let other = clusters.servers.withLock { servers in
            servers.first { peers.contains($0.key) }?.value.boot
        }
        if let other, other.critical != boot.critical {
            throw ServerRefusal(
                "starting kubernetes: preparing server: failed to validate server configuration: "
                    + "critical configuration value mismatch")
        }
        return running
    }

    private func down(_ host: HostDeclaration) {
        turn.withLock { _ in
            let found = clusters.servers.withLock { $0.removeValue(forKey: host.name) }
            let unseen = lost.withLock { $0.removeValue(forKey: host.name) }
            guard let gone = found ?? unseen, let cluster = clusters.running(host.cluster) else {
                return
            }
            cluster.close(gone.boot, on: gone.addresses)
            let isLast = lost.withLock { lost in
                !lost.keys.contains { clusters.declaration($0)?.cluster == host.cluster }
            }
            if cluster.listening.isEmpty, isLast { return clusters.stop(host.cluster) }
            handOver(host.cluster, cluster)
        }
    }

    /// A virtual address goes to a server that is left.
    func handOver(_ name: String, _ cluster: Cluster) {
        guard let address = clusters.freeAddress(name) else { return }
        let next = clusters.description.hosts.map(\.name).first { host in
            clusters.servers.withLock { $0[host] != nil }
                && clusters.declaration(host)?.cluster == name
        }
        guard let next, var heir = clusters.servers.withLock({ $0[next] }) else { return }
        do {
            try cluster.open(heir.boot, on: [address])
            heir.addresses.append(address)
            clusters.servers.withLock { $0[next] = heir }
        } catch {
            Complaint.say("\(name): nobody takes \(address) over: \(error)")
        }
    }
}

/// A server that is up, and where it answers.
struct RunningServer {
    let boot: ServerBoot
    var addresses: [String]
}

/// A starting server's process, at the other end of its connection.
final class HostConsole: ServerConsole {
    private let connection: LineSocket

    init(_ connection: LineSocket) { self.connection = connection }

    var isGone: Bool { connection.isGone }

    func log(_ level: String, _ text: String) {
        connection.send(["log": .string(text), "level": .string(level)])
    }

    func startEtcd(_ arguments: [String]) {
        connection.send(["etcd": .array(arguments.map(JSONValue.string))])
    }

    func stopEtcd() {
        connection.send(["stop-etcd": true])
        _ = connection.receive()
    }
}
