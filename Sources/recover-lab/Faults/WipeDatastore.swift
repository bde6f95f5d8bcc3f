import LabHosts

/// A server's datastore is gone from its disk; k3s is stopped.
struct WipeDatastore: Fault {
    static let usage = "wipe-datastore NODE"
    static let meaning = "k3s stops on this server and its server/db is gone from the disk"

    private let node: String

    init(_ words: [String], in description: LabDescription) throws(InputError) {
        node = try description.machine(words[0])
        guard description.hosts.contains(where: { $0.name == node && $0.role == .server }) else {
            throw InputError("\(node) is no server: it has no datastore")
        }
    }

    var words: [String] { [node] }

    func happen(in world: World) throws {
        let host = try world.hosts.host(node)
        try host.systemctl(["stop", "k3s"])
        Disk.removeTree("\(world.paths.tree(node))/var/lib/rancher/k3s/server/db")
    }

    func unseen(in world: World) -> [String] { [] }
}
