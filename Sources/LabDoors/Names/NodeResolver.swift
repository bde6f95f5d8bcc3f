internal import LabHosts

/// How a machine finds the address of a name: its own `/etc/hosts`, then the
/// name servers of its `/etc/resolv.conf`. Not the cluster's, unless that file
/// says so: `svc.cluster.local` means nothing to a node.
struct NodeResolver: Sendable {
    let network: Network
    /// The machine's files, as seen from the lab.
    let root: String

    /// Why there is no address, in the words of Go's resolver.
    struct Failure: Error, Hashable, CustomStringConvertible { let description: String }

    func addresses(_ name: String) throws(Failure) -> [String] {
        if name.split(separator: ".").count == 4, name.allSatisfy({ $0.isNumber || $0 == "." }) {
            return [name]
        }
        let own = words("/etc/hosts").filter { $0.dropFirst().contains(name) }.map { $0[0] }
        if !own.isEmpty { return own }
        var last = Failure(description: "lookup \(name): no such host")
        for server in words("/etc/resolv.conf").filter({ $0[0] == "nameserver" }) {
            let place = Network.Place(address: server.count > 1 ? server[1] : "", port: 53)
            switch answer(name, at: place) {
            case .addresses(let found): return found
            case .unknown, .name:
                throw Failure(
                    description: "lookup \(name) on \(place): no such host")
            case .failure:
                last = Failure(description: "lookup \(name) on \(place): server misbehaving")
            case .none: last = Failure(description: "lookup \(name) on \(place): i/o timeout")
            }
        }
        throw last
    }

    private func answer(_ name: String, at place: Network.Place) -> DNSAnswer {
        guard case .names(let answer)? = network.answering(at: place) else { return .none }
        return answer(DNSMessage(address: name))
    }

    private func words(_ file: String) -> [[String]] {
        (Disk.text(root + file) ?? "").split(separator: "\n").compactMap { line in
            let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" }
            return words.isEmpty ? nil : words.map(String.init)
        }
    }
}
