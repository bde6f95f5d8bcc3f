import JSON

/// What programs on the machine ask, and the answers.
extension Host {
    func answer(_ question: JSONValue, _ connection: LineSocket) {
        let arguments = question["arguments"]?.array?.compactMap(\.string) ?? []
        let call = question["call"]?.string ?? "?"
        switch call {
        case "systemctl": systemctl(arguments, connection)
        case "reboot", "poweroff":
            systemctl(arguments.isEmpty ? [call] : arguments + ["?"], connection)
        case "systemd-run":
            let fallback = "run-u\(question["pid"]?.int ?? 0).service"
            pass(call, connection) { Systemctl(units: units).run(arguments, fallback: fallback) }
        case "end-containers": endContainers(connection)
        case "containers":
            connection.send(["containers": .array(containers.map(\.json))])
        case "agent", "server":
            units.attendance.attend(question["invocation"]?.string ?? "") {
                call == "agent" ? agent(question, connection) : serve(question, connection)
            }
        case let call where call.hasPrefix("k3s "): k3s(question, connection)
        case "kubelet": kubelet(question, connection)
        case "kubeadm": kubeadm(question, connection)
        case "mount", "umount", "showmount": mounts(call, arguments, connection)
        default:
            if call == "ip", let link = NetworkPrograms.deleted(arguments) {
                return pass(call, connection) { delete(link) }
            }
            connection.send((answer(call, arguments) ?? .unknown(call, arguments)).json)
        }
    }

    /// Answers a question that changes nothing; nil for what is not simulated.
    private func answer(_ program: String, _ arguments: [String]) -> ShimAnswer? {
        switch program {
        case "journalctl":
            return JournalctlCall(arguments)?.answer(units.log, host: name)
        case "timedatectl", "chronyc": return clock.answer(program, arguments)
        case "ip", "wg", "resolvectl", "getent":
            let names = Disk.text("\(tree)/etc/hosts") ?? ""
            let peers = program == "wg" ? events.peers(name) : []
            let servers = (Disk.text("\(tree)/etc/resolv.conf") ?? "").split(separator: "\n")
                .compactMap { line in
                    let words = line.split { $0 == " " || $0 == "\t" }
                    return words.count > 1 && words[0] == "nameserver" ? String(words[1]) : nil
                }
            return NetworkPrograms(
                host: declaration, state: machineState, names: names, peers: peers,
                nameServers: servers, lookUp: { [events, name] in events.lookUp(name, $0) }
            ).answer(program, arguments)
        case "ps", "pgrep":
            let records = units.names.compactMap(units.record)
            return ProcessList(units: records, containers: containers).answer(program, arguments)
        case "containerd":
            return ShimAnswer(exit: hasContainerd() ? 0 : 1)
        case "pull":
            guard let image = arguments.first, arguments.count == 1 else { return nil }
            guard let reason = events.pull(name, image) else { return ShimAnswer() }
            let text =
                "FATA[0000] pulling image: failed to pull and unpack image \"\(image)\": \(reason)\n"
            return ShimAnswer(exit: 1, error: text)
        default: return nil
        }
    }

    /// containerd is a child of k3s, not of a bare kubelet, and ends with it; what runs in it does not.
    private func hasContainerd() -> Bool {
        guard declared.isKubeadm || units.record(k3s)?.active == "active" else { return false }
        _ = containers // and so their images
        return true
    }

    private func delete(_ link: String) -> ShimAnswer {
        let isGone = change { state -> Bool in
            let before = state.links.count
            state.links.removeAll { $0 == link }
            return state.links.count < before
        }
        return isGone
            ? ShimAnswer() : ShimAnswer(exit: 1, error: "Cannot find device \"\(link)\"\n")
    }

    /// What hangs on a file server that is away.
    private func mounts(_ call: String, _ arguments: [String], _ connection: LineSocket) {
        let programs = MountPrograms(mounts: NodeMount.all(tree), exports: events.exports)
        switch programs.run(call, arguments) {
        case nil: connection.send(ShimAnswer.unknown(call, arguments).json)
        case .answer(let answer): connection.send(answer.json)
        case .hangs(let words):
            connection.send(["exit": 1, "error": .string(words), "hangs": true])
        case .changed(let mount):
            pass(call, connection) {
                do { try mount.put(tree) } catch {
                    return ShimAnswer(exit: 32, error: "umount: \(error)\n")
                }
                return ShimAnswer()
            }
        }
    }

    // MARK: changes

    private func systemctl(_ arguments: [String], _ connection: LineSocket) {
        let systemctl = Systemctl(units: units)
        guard let call = SystemctlCall(arguments), call.changes else {
            connection.send(systemctl.answer(arguments).json)
            return
        }
        if call.verb == .reboot || call.verb == .poweroff {
            // The answer leaves first, if the machine's end does not overtake it.
            return pass("systemctl", connection) {
                Background.run { [self] in
                    Background.sleep(50)
                    do { try call.verb == .reboot ? reboot() : powerOff() } catch {
                        Complaint.say("\(name): \(call.verb.rawValue): \(error)")
                    }
                }
                return ShimAnswer()
            }
        }
        pass("systemctl", connection) {
            systemctl.answer(arguments)
        } settle: { answer in
            systemctl.settle(call, &answer) { connection.isGone }
        }
    }

    /// A request that changes the machine; a test can hold it. What takes its
    /// time afterwards is not held.
    private func pass(
        _ call: String, _ connection: LineSocket, _ apply: () -> ShimAnswer,
        settle: (inout ShimAnswer) -> Void = { _ in }
    ) {
        var answer = ShimAnswer()
        let isAnswered = events.pass("/\(name)/\(call)", { connection.isGone }) { answer = apply() }
        guard isAnswered else { return }
        settle(&answer)
        connection.send(answer.json)
    }

    /// The end of `k3s-killall.sh`.
    private func endContainers(_ connection: LineSocket) {
        let losesNetwork = change { $0.end() }
        if declaration.isKubeadm { endStaticPods() }
        events.changed(HostChange(host: name, what: "containers-ended"))
        events.containersEnded(name)
        guard losesNetwork else {
            connection.send(ShimAnswer().json)
            return
        }
        units.log.add("kernel", "kernel", "simulated: Cilium's interfaces took the network along")
        loseNetwork()
    }

    // MARK: agents and servers

    /// An agent lives as long as its connection.
    private func agent(_ question: JSONValue, _ connection: LineSocket) {
        let join = AgentJoin(question, host: declaration)
        if let refusal = self.join(join) {
            connection.send(["refused": .string(refusal)])
            return
        }
        let files = events.agentFiles(join)
        let answer: JSONValue = [
            "accepted": true, "files": .object(files.mapValues(JSONValue.string)),
        ]
        guard connection.send(answer) else { return events.gone(name, join.nodeName) }
        change { $0.joined(declared) }
        began(join)
        units.ready(k3s)
        while let said = connection.receive() {
            if said["expired"]?.bool == true { part(join) }
        }
        part(join)
    }

    /// The cluster hears no more of the agent, which is also not there to come back.
    private func part(_ agent: AgentJoin) {
        _ = containers // as they are now, they go on
        ended(agent)
        events.gone(name, agent.nodeName)
    }
}
