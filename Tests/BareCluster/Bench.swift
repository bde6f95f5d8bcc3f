internal import Glibc
internal import JSON

@testable internal import LabCluster

/// The cluster at hand, and what can be asked of it.
struct Bench {
    let folder: String
    private var cluster: Cluster?
    private var port: UInt16 = 0
    private var round = 0

    init(folder: String) { self.folder = folder }

    /// An order nobody knows.
    struct Unknown: Error { let order: JSONValue }

    mutating func obey(_ order: JSONValue) throws -> JSONValue {
        if let path = order["start"]?.string { return try start(path, order) }
        if order["memory"] != nil { return ["KiB": .int(Self.memory())] }
        guard let cluster else { throw Unknown(order: order) }
        if let object = order["put"] {
            try cluster.put(object)
        } else if let object = order["remove"], let key = object.key {
            try cluster.remove(
                key.resource, namespace: key.namespace.isEmpty ? nil : key.namespace,
                name: key.name)
        } else if let names = order["agents"]?.array {
            for name in names { cluster.setAgent(name.string ?? "", isConnected: true) }
        } else if let seconds = order["settle"]?.int {
            return ["settled": .bool(Self.settle(cluster, seconds))]
        } else if let isDown = order["outage"]?.bool {
            cluster.setOutage(isDown ? DatastoreOutage() : nil)
        } else {
            throw Unknown(order: order)
        }
        return ["done": true]
    }

    mutating func stop() {
        cluster?.stop()
        cluster = nil
    }

    private mutating func start(_ path: String, _ order: JSONValue) throws -> JSONValue {
        stop()
        round += 1
        var options = ClusterOptions(
            name: "bare", addresses: ["127.0.0.1"], datastorePath: "\(folder)/\(round)/state.db",
            tlsDirectory: "\(folder)/tls", changeLogPath: "\(folder)/\(round)/changes.jsonl",
            version: order["version"]?.string ?? "v1.32.13", joinToken: "secret")
        options.allowsAnonymous = true
        // The same port all along keeps kubectl's discovery cache of use.
        options.port = port
        options.pace = .milliseconds(order["pace"]?.int ?? 50)
        options.grace = .seconds(3600)
        options.kubeletDelay = .milliseconds(order["delay"]?.int ?? 50)
        // Those the recorded server had: it was no k3s.
        options.customGroups = CustomTypes.groups.map(\.name).filter { $0 != "k3s.cattle.io" }
        let objects = try JSONValue(parsing: Files.read(path) ?? []).array ?? []
        let cluster = try Cluster(options, seed: [])
        // As they are, past what a server makes of new objects.
        try cluster.update { _ in objects.map(Write.put) }
        if let cut = order["columns"]?.array { try Self.cutColumns(cluster, cut) }
        for node in cluster.objects(.nodes) { cluster.setAgent(node.name, isConnected: true) }
        try cluster.open(
            cluster.options.addresses, cluster.authority,
            withControllers: order["controllers"]?.bool ?? true)
        port = cluster.port
        self.cluster = cluster
        let kubeconfig = "\(folder)/kubeconfig"
        try cluster.kubeconfig(path: kubeconfig)
        return ["kubeconfig": .string(kubeconfig), "port": .int(Int(port))]
    }

    /// Waits until nothing has changed for half a second.
    private static func settle(_ cluster: Cluster, _ seconds: Int) -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        var last = (revision: -1, since: ContinuousClock.now)
        while ContinuousClock.now < end {
            let revision = cluster.world.revision
            if revision != last.revision { last = (revision, .now) }
            if ContinuousClock.now - last.since > .milliseconds(500) { return true }
            usleep(20_000)
        }
        return false
    }

    /// `[DEFINITION, COUNT]`: an older definition had only the first columns.
    private static func cutColumns(_ cluster: Cluster, _ cut: [JSONValue]) throws {
        guard let name = cut.first?.string, let count = cut.last?.int,
            var definition = cluster.object(.definitions, namespace: nil, name: name),
            var version = definition.at("spec", "versions")?[0],
            let columns = version["additionalPrinterColumns"]?.array
        else { return }
        version["additionalPrinterColumns"] = .array(Array(columns.prefix(count)))
        definition.set("spec", "versions", to: [version])
        try cluster.put(definition)
    }

    /// Resident memory of this process, in KiB.
    private static func memory() -> Int {
        let text = (try? Files.read("/proc/self/status")).flatMap(\.self) ?? []
        let line = String(decoding: text, as: UTF8.self).split(separator: "\n").first {
            $0.hasPrefix("VmRSS:")
        }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? -1
    }
}
