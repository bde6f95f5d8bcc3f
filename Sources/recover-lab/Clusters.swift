import Digest
import JSON
import LabCluster
import LabDoors
import LabHosts
import Synchronization

/// The simulated clusters of a lab, by name.
///
/// A cluster with machines is as alive as the `k3s server` on one of them;
/// the others, such as a management cluster nobody logs in to, always are.
final class Clusters: Sendable {
    private struct State {
        var prepared: [String: Cluster] = [:]
        var running: [String: Cluster] = [:]
        /// What agents know of a cluster that is down.
        var memories: [String: AgentMemories] = [:]
        var doors: Doors?
        var haste = 1
    }

    let description: LabDescription
    let paths: LabPaths
    private let engines: Engines
    private let state = Mutex(State())
    /// The servers that are up, by machine.
    let servers = Mutex<[String: RunningServer]>([:])
    /// The file servers volumes lie on, outside of every machine.
    let fileServers: LabFileServers
    /// Static pods of machines, as their kubelets found them last.
    let staticPods = Mutex<[String: [JSONValue]]>([:])
    /// Which machines answer.
    let power = Power()

    /// The control planes of kubeadm that are up, by machine.
    let planes = Mutex<[String: RunningPlane]>([:])

    init(_ description: LabDescription, paths: LabPaths, source: RepositorySource) {
        self.description = description
        self.paths = paths
        fileServers = LabFileServers(paths, nodes: description.hosts.map(\.name))
        engines = Engines(description, source: source, paths: paths)
    }

    /// Opens the files of every cluster without machines, and gives the others
    /// their identity.
    func prepare() throws {
        for name in description.clusters {
            if let founder = founder(name) {
                try found(name, founder)
                continue
            }
            let cluster = try make(name)
            state.withLock { $0.prepared[name] = cluster }
        }
    }

    /// What the kubelets of machines pull through; before `prepare`.
    func meet(_ doors: Doors) { state.withLock { $0.doors = doors } }

    /// What answers beside the API.
    var doors: Doors? { state.withLock { $0.doors } }

    /// The clusters that are up and have machines of their own.
    var withMachines: [Cluster] {
        let own = Set(description.hosts.map(\.cluster))
        return state.withLock { state in
            state.running.filter { own.contains($0.key) }.map(\.value)
        }
    }

    /// The cluster, whether it runs or not.
    func cluster(_ name: String) throws(LabFailure) -> Cluster {
        let known = state.withLock { $0.running[name] ?? $0.prepared[name] }
        guard let known else { throw LabFailure("the cluster \(name) is down") }
        return known
    }

    /// Whether its API is open.
    func isRunning(_ name: String) -> Bool { state.withLock { $0.running[name] != nil } }

    /// Opens the API of a cluster.
    func start(_ name: String) throws {
        let cluster = try state.withLock({ $0.prepared[name] }) ?? make(name)
        try cluster.start()
        run(cluster, name)
    }

    /// Takes a cluster that is open, here or by one of its servers.
    func run(_ cluster: Cluster, _ name: String) {
        // Until here it stays what was prepared: somebody may ask for it meanwhile.
        let haste = state.withLock { state in
            state.running[name] = cluster
            state.prepared[name] = nil
            return state.haste
        }
        if let memories = state.withLock({ $0.memories.removeValue(forKey: name) }) {
            cluster.remember(memories)
        }
        if haste != cluster.haste { cluster.hurry(haste) }
        engines.start(name, cluster) { [unowned self] other in running(other) }
    }

    /// Lets time pass so many times as fast in all of them, from now on.
    func hurry(_ factor: Int) {
        let running = state.withLock { state in
            state.haste = factor
            return state.running
        }
        for (name, cluster) in running {
            cluster.hurry(factor)
            power.noteContainers()
            engines.stop(name)
            engines.start(name, cluster) { [unowned self] other in self.running(other) }
        }
        doors?.hurry(factor)
    }

    /// The cluster while it runs.
    func running(_ name: String) -> Cluster? { state.withLock { $0.running[name] } }

    /// Closes it; its files hold everything.
    func stop(_ name: String) {
        engines.stop(name)
        guard let cluster = state.withLock({ $0.running.removeValue(forKey: name) }) else { return }
        state.withLock { $0.memories[name] = cluster.agents }
        cluster.stop()
    }

    /// Closes all.
    func stopAll() {
        for name in state.withLock({ Array($0.running.keys) }) { stop(name) }
    }

    /// Where a cluster's administrator finds it.
    func kubeconfig(_ name: String) -> String { "\(paths.config)/recover/kubeconfig-\(name).yaml" }

    // MARK: what happens on machines

    /// An agent asks to join; the answer is the refusal, or nil.
    func join(_ join: AgentJoin) -> String? {
        guard let node = description.node(join.host), let name = node["cluster"]?.string,
            let cluster = state.withLock({ $0.running[name] }), answers(cluster, join.server)
        else { return "\(join.server): connection refused" }
        func fact(_ key: String) -> String { node[key]?.string ?? "unknown" }
        var report = AgentReport(
            nodeName: join.nodeName, nodePassword: join.password, token: join.token,
            version: fact("version"), architecture: fact("architecture"),
            operatingSystem: fact("operating-system"), kernel: fact("kernel"),
            internalIP: join.internalAddress, externalIP: join.externalAddress,
            labels: Clusters.pairs(join.labels), machineID: join.machineID, bootID: join.bootID)
        (report.roles, report.annotations) = roles(join.host)
        if let plane = plane(of: name) {
            if let refusal = kubeletRefusal(join, by: plane) { return refusal }
            report.isCertified = true
            report.staticPods = staticPods.withLock { $0[join.host] ?? [] }
        }
        do {
            try cluster.agentConnected(report)
            fileServers.kubeletStarted(on: join.host)
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// An agent that runs looks for its server again; the answer is the refusal, or nil.
    func again(_ agent: AgentJoin) -> String? {
        let name = description.node(agent.host)?["cluster"]?.string ?? ""
        if plane(of: name) != nil { return join(agent) }
        guard let cluster = running(name), answers(cluster, agent.server) else {
            return "\(agent.server): connection refused"
        }
        do {
            try cluster.agentReturned(agent.nodeName)
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// The agent of a machine is gone.
    func gone(_ host: String, _ nodeName: String) {
        guard let cluster = running(of: host) else { return }
        cluster.agentGone(nodeName)
    }

    /// Keeps what was changed on a machine in its cluster's log.
    func record(_ change: HostChange) {
        guard let name = description.node(change.host)?["cluster"]?.string else { return }
        let made = Change(
            verb: change.what, path: "/\(change.host)/\(change.name)",
            bodyDigest: change.detail.isEmpty ? "" : SHA256.hex(Array(change.detail.utf8)),
            client: change.host)
        do {
            if let cluster = try? cluster(name) {
                try cluster.record(made)
            } else {
                try Cluster.record(made, at: changeLog(name))
            }
        } catch {
            Complaint.say("a change on \(change.host) cannot be recorded: \(error)")
        }
    }

    /// The cluster of a machine, while it runs.
    func running(of host: String) -> Cluster? {
        let name = description.node(host)?["cluster"]?.string ?? ""
        return state.withLock { $0.running[name] }
    }

    private static func pairs(_ labels: [String]) -> [String: String] {
        Dictionary(
            labels.compactMap { label in
                label.firstIndex(of: "=").map {
                    (String(label[..<$0]), String(label[label.index(after: $0)...]))
                }
            }, uniquingKeysWith: { $1 })
    }

    // MARK: files

    private func make(_ name: String) throws -> Cluster {
        guard let address = description.apiAddress(name) else {
            throw LabFailure("the cluster \(name) has no API address")
        }
        let own = folder(name)
        return try Cluster(
            try options(name, [address], data: own),
            seed: try firstObjects(name))
    }

    /// What lab.yaml gives a new world, and the sealing key.
    func firstObjects(_ name: String) throws -> [JSONValue] {
        try description.objects(name, repository: Repository.url(paths))
            + Sealing(description: description, paths: paths).objects(name)
    }

    /// Where the lab keeps what it knows of a cluster.
    func folder(_ name: String) -> String { "\(paths.root)/clusters/\(name)" }

    private func changeLog(_ name: String) -> String { "\(folder(name))/changes.jsonl" }

    /// What was changed in a cluster and on its machines, also while it is down.
    func changes(_ name: String) throws -> [Change] {
        if let cluster = try? cluster(name) { return try cluster.changes }
        return try Cluster.changes(at: changeLog(name))
    }

    /// How a cluster with its files in `data` runs.
    func options(_ name: String, _ addresses: [String], data: String) throws -> ClusterOptions {
        var options = ClusterOptions(
            name: name, addresses: addresses, datastorePath: "\(data)/db/state.db",
            tlsDirectory: "\(data)/tls", changeLogPath: changeLog(name),
            version: description.cluster(name, "version")?.string ?? "unknown",
            joinToken: try password(folder(name)))
        options.pace = .milliseconds(description.pace("controllers", 100))
        options.grace = .milliseconds(description.pace("node-grace", 4000))
        options.kubeletDelay = .milliseconds(description.pace("kubelet", 200))
        options.tolerationSeconds = description.pace("toleration-seconds", 300)
        options.allowsAnonymous = description.cluster(name, "distribution") == "kubeadm"
        options.disks = LabDisks(paths: paths)
        options.fileServers = fileServers
        options.cronMinute = .milliseconds(max(1000, description.pace("cron", 60_000)))
        for (key, field) in [
            ("pod-cidr", \ClusterOptions.podRange), ("service-cidr", \.serviceRange),
        ] {
            if let range = description.cluster(name, key)?.string, range != "unknown" {
                options[keyPath: field] = range
            }
        }
        options.hasServiceLB = description.hasServiceLB(name)
        options.customGroups =
            description.lab.at("custom-resources", name)?.array?.compactMap(\.string) ?? []
        return options
    }

    /// The password of the cluster's join token, made once.
    func password(_ folder: String) throws -> String {
        let path = "\(folder)/join-password"
        if let known = Disk.text(path) { return known }
        try Disk.makeFolder(folder, mode: 0o700)
        let password = SHA256.hexadecimal(Random.bytes(16))
        try Disk.write(path, password, mode: 0o600)
        return password
    }
}
