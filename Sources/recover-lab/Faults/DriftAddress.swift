import JSON
import LabHosts

/// A machine has another address in place of its internal one. Everything that
/// was told the old one still says it: Nodes, agents, kubeconfigs, certificates.
struct DriftAddress: Fault {
    static let usage = "drift-address NODE ADDRESS"
    static let meaning = "the machine has ADDRESS now, and its internal address no more"

    let words: [String]

    init(_ words: [String], in description: LabDescription) throws(InputError) {
        self.words = words
        let name = try description.machine(words[0])
        let address = words[1]
        guard LabDescription.isAddress(address) else {
            throw InputError("\(address) is no IPv4 address: \(Self.usage)")
        }
        let free = (description.lab["addresses"]?.array ?? []).compactMap(\.string)
        guard free.contains(address) else {
            throw InputError(
                "\(address) is not among the lab's spare addresses, `addresses:` in lab.yaml: "
                    + (free.isEmpty ? "there are none" : free.joined(separator: ", ")))
        }
        if let owner = description.hosts.first(where: { $0.addresses.contains(address) }) {
            throw InputError("\(address) belongs to \(owner.name)")
        }
        let host = description.hosts.first { $0.name == name }
        if let host, host.role == .server, host.isKubeadm || host.founding != nil {
            throw InputError(
                "\(name) runs an etcd that is known by its address: the lab cannot move it")
        }
    }

    func happen(in world: World) throws { try move(to: words[1], in: world) }

    func unseen(in world: World) -> [String] { [] }

    func mend(in world: World) throws { try move(to: nil, in: world) }

    private func move(to address: String?, in world: World) throws {
        let host = try world.hosts.host(words[0])
        let before = host.declaration.internalAddress
        try host.drift(to: address)
        let now = host.declaration.internalAddress
        guard before != now else { return }
        try world.servers.move(host.declaration.name, from: before, to: now)
        // Agents that look for their server where it was lose it, and find it
        // where it was once more.
        for other in world.hosts.all where other.declared.cluster == host.declared.cluster {
            if other.seeks(before) { other.loseContact() }
            if other.seeks(now) { other.findContact() }
        }
    }
}
