import LabCluster
import LabHosts

/// A machine runs on, and nobody reaches it: neither does its kubelet reach
/// the API. What ran on it still runs, so it has to be fenced before anything
/// takes its place.
struct CutNetwork: Fault {
    static let usage = "cut-network NODE"
    static let meaning = "nobody reaches the machine, nor it anybody; what it runs, it runs on"

    private let node: String

    init(_ words: [String], in description: LabDescription) throws(InputError) {
        node = try description.machine(words[0])
    }

    var words: [String] { [node] }

    func happen(in world: World) throws {
        let host = try world.hosts.host(node)
        guard host.isOn else { throw InputError("\(node) has no power: nobody reaches it anyway") }
        guard host.isReachable else { return }
        guard host.declared.role == .server else { return try host.cutNetwork() }
        if host.declared.isKubeadm {
            try world.planes.answer(node, on: [])
        } else {
            world.servers.lose(node)
        }
        let isAlone = world.servers.isAlone(node)
        try host.cutNetwork(isAlone: isAlone)
        guard isAlone else { return }
        for other in others(of: host, world) { other.loseContact() }
    }

    private func others(of host: Host, _ world: World) -> [Host] {
        world.hosts.all.filter {
            $0.declared.cluster == host.declared.cluster && $0.declared.name != node
        }
    }

    func unseen(in world: World) -> [String] {
        // Who is alone took the API along, and without a quorum nobody writes.
        let cluster = world.clusters.declaration(node)?.cluster ?? ""
        if world.clusters.running(cluster)?.listening.isEmpty ?? true { return [] }
        if !world.servers.hasQuorum(cluster) { return [] }
        let ready = world.readiness(node)
        return ready == "Unknown" || !world.isAnswering(node) ? [] : ["\(node) is Ready=\(ready)"]
    }

    func mend(in world: World) throws {
        let host = try world.hosts.host(node)
        try host.mendNetwork {
            if host.declared.isKubeadm, host.declared.role == .server {
                try world.planes.answer(node, on: world.clusters.addresses(of: host.declaration))
            } else {
                try world.servers.find(node)
            }
        }
        guard host.declared.role == .server, world.servers.isAlone(node) else { return }
        for other in others(of: host, world) { other.findContact() }
    }
}
