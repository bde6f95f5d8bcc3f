/// `ip`, `wg`, `resolvectl` and `getent` of one machine: its own addresses and
/// interfaces, though the lab has all addresses on one.
struct NetworkPrograms {
    let host: HostDeclaration
    let state: MachineState
    /// The machine's `/etc/hosts`.
    let names: String
    let peers: [WireGuardPeer]
    /// Those of its `/etc/resolv.conf`, and what they say of a name.
    var nameServers: [String] = []
    var lookUp: @Sendable (String) -> [String] = { _ in [] }

    /// Answers `PROGRAM ARGUMENTS`; nil for what is not simulated.
    func answer(_ program: String, _ arguments: [String]) -> ShimAnswer? {
        switch program {
        case "ip": ip(arguments)
        case "wg": wg(arguments)
        case "resolvectl" where arguments == ["dns"]:
            ShimAnswer(
                output: "Global:\n"
                    + (["Link 2 (eth0):"] + nameServers).joined(separator: " ") + "\n")
        case "getent": getent(arguments)
        default: nil
        }
    }

    // MARK: ip

    private var interfaces: [(name: String, addresses: [String])] {
        [("lo", ["127.0.0.1/8"]), ("eth0", ["\(host.internalAddress)/24"])]
            + state.links.map { ($0, []) }
    }

    private func ip(_ arguments: [String]) -> ShimAnswer? {
        var words = arguments[...]
        var isBrief = false
        while let option = words.first, option.hasPrefix("-") {
            guard ["-4", "-o", "-br", "-brief"].contains(option) else { return nil }
            isBrief = isBrief || option != "-4"
            words = words.dropFirst()
        }
        guard let object = words.popFirst() else { return nil }
        let isLink = ["l", "link"].contains(object)
        guard isLink || ["a", "addr", "address"].contains(object) else { return nil }
        if ["show", "list"].contains(words.first) { words = words.dropFirst() }
        if words.first == "dev" { words = words.dropFirst() }
        guard words.count < 2 else { return nil }
        if let name = words.first, !interfaces.contains(where: { $0.name == name }) {
            return ShimAnswer(exit: 1, error: "Device \"\(name)\" does not exist.\n")
        }
        var output = ""
        for (index, one) in interfaces.enumerated() where words.first ?? one.name == one.name {
            if isBrief {
                output += ([one.name, "UP"] + (isLink ? [] : one.addresses)).joined(separator: " ")
                output += "\n"
                continue
            }
            output += "\(index + 1): \(one.name): <UP,LOWER_UP> mtu 1500 state UP\n"
            if !isLink {
                output += one.addresses.map { "    inet \($0) scope global \(one.name)\n" }.joined()
            }
        }
        return ShimAnswer(output: output)
    }

    /// The interface `ip link delete NAME` names; nil for any other call.
    static func deleted(_ arguments: [String]) -> String? {
        var words = arguments[...]
        guard ["l", "link"].contains(words.popFirst()),
            ["delete", "del"].contains(words.popFirst())
        else { return nil }
        if words.first == "dev" { words = words.dropFirst() }
        return words.count == 1 ? words.first : nil
    }

    // MARK: wg

    private func wg(_ arguments: [String]) -> ShimAnswer? {
        guard arguments.first == "show", arguments.count == 2 else { return nil }
        guard state.links.contains(arguments[1]), arguments[1].hasPrefix("flannel-wg") else {
            return ShimAnswer(
                exit: 1, error: "Unable to access interface: No such device\n")
        }
        var output = "interface: \(arguments[1])\n  listening port: 51820\n"
        for peer in peers {
            output += "\npeer: \(peer.key)\n  endpoint: \(peer.endpoint)\n"
            output += "  allowed ips: \(peer.network)\n"
            if let seconds = peer.handshake {
                output += "  latest handshake: \(seconds) seconds ago\n"
            }
        }
        return ShimAnswer(output: output)
    }

    // MARK: names

    /// A node asks its own files, then its own resolver, not the cluster's:
    /// `*.svc.cluster.local` is unknown to it.
    private func getent(_ arguments: [String]) -> ShimAnswer? {
        guard arguments.count == 2, ["hosts", "ahosts", "ahostsv4"].contains(arguments[0]) else {
            return nil
        }
        let name = arguments[1]
        let lines = names.split(separator: "\n").map { $0.split { $0 == " " || $0 == "\t" } }
        let own = lines.filter { line in
            line.dropFirst().contains { $0 == name } && line.first?.hasPrefix("#") == false
        }.compactMap { $0.first.map(String.init) }
        let found = own.isEmpty ? lookUp(name) : own
        guard !found.isEmpty else { return ShimAnswer(exit: 2) }
        guard arguments[0] == "hosts" else {
            let types = ["STREAM \(name)", "DGRAM", "RAW"]
            return ShimAnswer(
                output: found.flatMap { address in types.map { "\(address) \($0)\n" } }.joined())
        }
        return ShimAnswer(output: found.map { "\($0) \(name)\n" }.joined())
    }
}
