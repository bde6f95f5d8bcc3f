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
        guard description.hosts.contains(where: { $0.name == node && $0.role == .worker }) else {
            throw InputError(
                "\(node) is a server: the lab cuts neither an API nor an etcd off; kill-node does")
        }
    }

    var words: [String] { [node] }

    func happen(in world: World) throws {
        let host = try world.hosts.host(node)
        guard host.isOn else { throw InputError("\(node) has no power: nobody reaches it anyway") }
        try host.cutNetwork()
    }

    func unseen(in world: World) -> [String] {
        let ready = world.readiness(node)
        return ready == "Unknown" || !world.isAnswering(node) ? [] : ["\(node) is Ready=\(ready)"]
    }

    func mend(in world: World) throws { try world.hosts.host(node).mendNetwork() }
}
