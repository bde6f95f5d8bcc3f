/// What can happen to a machine's network while the machine runs on.
extension Host {
    /// Whether anybody reaches it.
    public var isReachable: Bool { isOn && !machineState.isCut }

    /// Its network leads nowhere any more. Agents on it are not heard, nobody
    /// gets in; what it runs, it runs on.
    public func cutNetwork() throws {
        guard !machineState.isCut else { return }
        _ = containers // as they are now, they go on
        change { $0.isCut = true }
        loseNetwork()
        if isOn { try darken() }
        loseContact()
        events.changed(HostChange(host: name, what: "network-cut"))
    }

    /// It is there again, and so are the agents.
    public func mendNetwork() throws {
        guard machineState.isCut else { return }
        change { $0.isCut = false }
        if isOn { try openDoor() }
        findContact()
        events.changed(HostChange(host: name, what: "network-mended"))
    }

    /// Its agents do not reach their server any more.
    public func loseContact() {
        for agent in agents { events.gone(name, agent.nodeName) }
    }

    /// They do again, if it is where they look for it.
    public func findContact() {
        for agent in agents { _ = join(agent) }
    }

    /// Whether an agent on it looks for its server at `address`.
    public func seeks(_ address: String) -> Bool {
        agents.contains { agent in
            agent.server.split(separator: "/").last?.split(separator: ":").first.map(String.init)
                == address
        }
    }

    /// An agent asks to join; a machine without a network asks nobody.
    func join(_ agent: AgentJoin) -> String? {
        machineState.isCut
            ? "failed to get CA certs: Get \"\(agent.server)/cacerts\": dial tcp: i/o timeout"
            : events.join(agent)
    }

    /// It has the address `address` now in place of its internal one; nil gives
    /// the old one back. Programs that were told an address keep it.
    public func drift(to address: String?) throws {
        let move = address.map { AddressMove(from: declared.internalAddress, to: $0) }
        let before = declaration.address
        try AddressMove.keep(move, of: name, paths)
        try tellAddresses()
        if isReachable, declaration.address != before {
            loseNetwork()
            try openDoor()
        }
        events.changed(
            HostChange(host: name, what: "address-drifted", detail: declaration.internalAddress))
    }

    /// Writes down for the machine's own programs which addresses it has.
    func tellAddresses() throws {
        let today = declaration
        let own = [today.internalAddress, today.address, today.externalAddress]
        try Disk.write("\(paths.door(name))/addresses", own.map { $0 + "\n" }.joined())
    }
}
