internal import Glibc

/// What can happen to a machine's network while the machine runs on.
extension Host {
    /// Whether anybody reaches it.
    public var isReachable: Bool { isOn && !machineState.isCut }

    /// Its network leads nowhere any more. Agents on it are not heard, nobody
    /// gets in; what it runs, it runs on. `isAlone`: its cluster has no other
    /// server, so that its own agent is heard by the one beside it.
    public func cutNetwork(isAlone: Bool = false) throws {
        guard !machineState.isCut else { return }
        _ = containers // as they are now, they go on
        change { $0.isCut = true }
        loseNetwork()
        if isOn { try darken() }
        if !isAlone {
            holdEtcd()
            loseContact()
        }
        events.changed(HostChange(host: name, what: "network-cut"))
    }

    /// It is there again, and so are the agents; before those, what `reopen` does.
    public func mendNetwork(_ reopen: () throws -> Void = {}) throws {
        guard machineState.isCut else { return }
        change { $0.isCut = false }
        if isOn { try openDoor() }
        releaseEtcd()
        try reopen()
        findContact()
        events.changed(HostChange(host: name, what: "network-mended"))
    }

    /// Its etcd stands still: that is what the others see of one they do not
    /// reach, and what it misses is what it would miss.
    public func holdEtcd() { for pid in etcds { kill(pid, SIGSTOP) } }

    /// It goes on.
    public func releaseEtcd() { for pid in etcds { kill(pid, SIGCONT) } }

    private var etcds: [pid_t] {
        // It was started with the address the machine had then.
        let addresses = Set([declared.internalAddress, declaration.internalAddress])
        return ProcessTree.descendants(of: getpid()).filter { pid in
            let words = (Disk.text("/proc/\(pid)/cmdline") ?? "").split(separator: "\0")
            return addresses.contains { Self.isEtcd(words.map(String.init), at: $0) }
        }
    }

    /// Whether a command line is that of the etcd which others reach at `address`.
    /// In `--initial-cluster` stand the others too.
    static func isEtcd(_ words: [String], at address: String) -> Bool {
        let (flag, url) = ("--listen-peer-urls", "https://\(address):2380")
        return words.first?.split(separator: "/").last == "etcd"
            && (words.contains("\(flag)=\(url)")
                || zip(words, words.dropFirst()).contains { $0 == flag && $1 == url })
    }

    /// Its agents do not reach their server any more.
    public func loseContact() {
        for agent in agents { events.gone(name, agent.nodeName) }
    }

    /// They do again, if it is where they look for it.
    public func findContact() {
        guard !machineState.isCut else { return }
        for agent in agents {
            guard let refusal = events.again(agent) else { continue }
            units.log.add(k3s, "k3s", K3sLog.line("error", refusal))
        }
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
