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
        _ = try description.machine(words[0])
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
    }

    func happen(in world: World) throws { try move(to: words[1], in: world) }

    func unseen(in world: World) -> [String] { [] }

    func mend(in world: World) throws { try move(to: nil, in: world) }

    private func move(to address: String?, in world: World) throws {
        let host = try world.hosts.host(words[0])
        let name = host.declared.name
        let before = host.declaration.internalAddress
        // The others know its etcd by its old address, and it listens nowhere else.
        let isVoter = host.declared.role == .server && !world.servers.isAlone(name)
        if isVoter, address != nil { world.servers.lose(name) }
        try host.drift(to: address)
        let now = host.declaration.internalAddress
        guard before != now else { return }
        if isVoter {
            if address == nil {
                host.releaseEtcd()
                try world.servers.find(name)
                host.findContact()
            } else {
                host.holdEtcd()
                host.loseContact()
            }
            return
        }
        if host.declared.isKubeadm, host.declared.role == .server {
            try world.planes.answer(name, on: world.clusters.addresses(of: host.declaration))
        }
        try world.servers.move(name, from: before, to: now)
        // Agents that look for their server where it was lose it, and find it
        // where it was once more.
        for other in world.hosts.all where other.declared.cluster == host.declared.cluster {
            if other.seeks(before) { other.loseContact() }
            if other.seeks(now) { other.findContact() }
        }
    }
}
