import LabHosts

/// A machine loses its power.
struct KillNode: Fault {
    static let usage = "kill-node NODE"
    static let meaning = "the machine loses its power, without a goodbye"

    private let node: String

    init(_ words: [String], in description: LabDescription) throws(InputError) {
        node = try description.machine(words[0])
    }

    var words: [String] { [node] }

    func happen(in world: World) throws { try world.hosts.host(node).powerOff() }

    /// Its Node is lost, or there is no API left that could say so.
    func unseen(in world: World) -> [String] {
        let ready = world.readiness(node)
        return ready == "Unknown" || !world.isAnswering(node) ? [] : ["\(node) is Ready=\(ready)"]
    }
}
