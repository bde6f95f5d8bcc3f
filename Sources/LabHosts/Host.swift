internal import Glibc
public import JSON
internal import Synchronization

/// One simulated machine: its file system, its power, its `sshd`, its units.
public final class Host: Sendable {
    private struct State {
        var isOn = false
        var sshd: pid_t = 0
        var door: Door?
        /// What nobody reaches while the network is cut.
        var dark: [DarkDoor] = []
        var machine = MachineState()
        /// Agents that run here and have joined.
        var agents: [AgentJoin] = []
    }

    /// What the estate says of it.
    public let declared: HostDeclaration
    let paths: LabPaths
    private let tools: Tools
    private let sandbox: Sandbox
    let units: Units
    /// What the container runtime runs without being asked by the cluster.
    let staticPods: StaticPods
    let events: HostEvents
    private let state = Mutex(State())
    /// Power and replacement are one at a time.
    private let turn = Mutex(())

    init(_ declared: HostDeclaration, paths: LabPaths, tools: Tools, events: HostEvents) {
        self.declared = declared
        self.paths = paths
        self.tools = tools
        self.events = events
        sandbox = Sandbox(host: declared, paths: paths, tools: tools)
        units = Units(sandbox: sandbox, changed: events.changed)
        staticPods = StaticPods(sandbox, paths)
        if let kept = Disk.read(stateFile).flatMap({ try? JSONValue(parsing: $0) }) {
            state.withLock { $0.machine = MachineState(json: kept) }
        }
    }

    var name: String { declared.name }
    /// The machine as it is today: its address may be another one.
    public var declaration: HostDeclaration { declared.moved(AddressMove(of: name, paths)) }
    private var server: SSHServer { SSHServer(host: declaration, paths: paths, tools: tools) }
    /// The machine's file system, seen from the world.
    var tree: String { paths.tree(name) }
    private var machine: String { paths.machine(name) }
    private var stateFile: String { "\(machine)/state.json" }

    /// `ssh-ed25519 AAAA…`: the key it shows today.
    public var hostKey: String { server.publicKey }

    /// The key it had in the healthy estate: what a binding was written with,
    /// and keeps saying after the machine was replaced.
    public var firstKey: String {
        (Disk.text("\(machine)/first-key") ?? "").split(separator: "\n").joined()
    }

    /// Whether it is powered on.
    public var isOn: Bool { state.withLock { $0.isOn } }

    /// Makes the machine as it is in the healthy estate, unless there is one.
    func make(token: String, password: String) throws {
        guard !Disk.exists("\(machine)/power") else { return }
        try Disk.makeFolder("\(machine)/sessions")
        try NodeTree(host: declared, paths: paths).make(
            .joined(token: token, password: password))
        try server.makeKey()
        try Disk.write("\(machine)/first-key", hostKey + "\n")
        try Disk.write("\(machine)/power", "on\n")
    }

    /// Starts it as it was when the lab stopped: on, or still off.
    func resume() throws {
        // Process ids of a former life mean other processes now.
        for name in Disk.names("\(machine)/sessions") { Disk.remove("\(machine)/sessions/\(name)") }
        guard Disk.text("\(machine)/power") != "off\n" else { return }
        try turn.withLock { _ in try on() }
    }

    /// Takes its power away: `sshd`, sessions and units end without a goodbye.
    public func powerOff() throws {
        try turn.withLock { _ in
            try Disk.write("\(machine)/power", "off\n")
            off()
            cut()
        }
        events.changed(HostChange(host: name, what: "power-off"))
    }

    /// Gives it power again: it starts with the disk it had, a new boot id and
    /// an empty `/run`. Nothing happens when it is on.
    public func powerOn() throws {
        let isChanged = try turn.withLock { _ in
            if isOn { return false }
            try boot()
            return true
        }
        if isChanged { events.changed(HostChange(host: name, what: "power-on")) }
    }

    /// Starts it anew, as `reboot` does.
    public func reboot() throws {
        try turn.withLock { _ in
            off()
            cut()
            try boot()
        }
        events.changed(HostChange(host: name, what: "rebooted"))
    }

    private func cut() {
        let had = change { state in
            defer { state.cut() }
            return !state.staticPods.isEmpty
        }
        if had { events.staticPods(name, [:]) }
    }

    private func boot() throws {
        units.forgetTransient()
        try NodeTree(host: declared, paths: paths).clearRun()
        try Disk.write("\(machine)/power", "on\n")
        try on()
    }

    /// Puts a fresh machine in its place: new file system, host key and
    /// machine id; k3s is installed, without a token and not enabled.
    ///
    /// Once per `attempt`: asked again, it only tells the key. Returns the new
    /// host key.
    public func replace(attempt: String) throws -> String {
        let done = "\(machine)/replaced"
        return try turn.withLock { _ in
            let attempts = Disk.text(done) ?? ""
            if attempts.split(separator: "\n").contains(Substring(attempt)) { return hostKey }
            off()
            let number = attempts.split(separator: "\n").count + 1
            try Disk.move(paths.tree(name), to: "\(paths.tree(name)).lost-\(number)")
            units.forgetAll()
            cut()
            change { $0 = MachineState() }
            try NodeTree(host: declared, paths: paths).make(.blank)
            try server.makeKey()
            try Disk.write("\(machine)/power", "on\n")
            try Disk.write(done, attempts + attempt + "\n")
            try on()
            events.changed(HostChange(host: name, what: "replaced"))
            return hostKey
        }
    }

    /// Ends its processes; whether it is on stays known for the next start.
    func stop() { turn.withLock { _ in off() } }

    /// Whether its node is still on its way up. A kubelet is active before it has
    /// joined.
    var isJoining: Bool {
        guard isOn, let active = units.record(k3s)?.active else { return false }
        let waits = declared.isKubeadm && agents.isEmpty
        return active == "activating" || active == "active" && waits
    }

    /// The unit its node runs as.
    var k3s: String {
        if declared.isKubeadm { return "kubelet.service" }
        return declared.role == .server ? "k3s.service" : "k3s-agent.service"
    }

    /// What of the machine counts when two states of the world are compared.
    public var standing: JSONValue {
        [
            "power": .string(isOn ? "on" : "off"),
            "unit": .string(units.record(k3s)?.active ?? "none"),
            "enabled": .bool(units.folder.standing(k3s) == .enabled),
        ]
    }

    /// `systemctl ARGUMENTS` as somebody on the machine would.
    public func systemctl(_ arguments: [String]) throws {
        guard isOn else { throw LabFailure("\(name) has no power") }
        let answer = Systemctl(units: units).answer(arguments)
        guard answer.exit == 0 else {
            throw LabFailure("systemctl on \(name): \(answer.error)")
        }
    }

    // MARK: state

    /// What of it is neither a file nor a unit.
    var machineState: MachineState { state.withLock { $0.machine } }

    /// Changes that and keeps it.
    @discardableResult
    func change<Result>(_ body: (inout MachineState) -> Result) -> Result {
        let (result, json) = state.withLock { state in
            let result = body(&state.machine)
            return (result, state.machine.json)
        }
        do { try Disk.write(stateFile, json.text + "\n") } catch {
            Complaint.say("\(name): its state cannot be kept: \(error)")
        }
        return result
    }

    /// What its clock programs say.
    public var clock: MachineClock {
        get { machineState.clock }
        set { change { $0.clock = newValue } }
    }

    /// Agents that run here and have joined.
    var agents: [AgentJoin] { state.withLock { $0.agents } }

    func began(_ agent: AgentJoin) { state.withLock { $0.agents.append(agent) } }

    func ended(_ agent: AgentJoin) {
        state.withLock { state in
            if let index = state.agents.firstIndex(of: agent) { state.agents.remove(at: index) }
        }
    }

    /// Its network is gone, though it runs on: nobody gets in any more.
    func loseNetwork() {
        let sshd = state.withLock { state in
            defer { state.sshd = 0 }
            return state.sshd
        }
        endSessions(of: sshd)
    }

    // MARK: power

    private func on() throws {
        let spec: JSONValue = [
            "program": .string(sandbox.tools.bwrap),
            "arguments": .array(sandbox.arguments([]).dropLast().map(JSONValue.string)),
        ]
        try Disk.write(Session.file(paths, name), spec.text)
        try NodeTree(host: declared, paths: paths).boot()
        let door = try Door("\(paths.door(name))/world.sock") { [self] question, connection in
            answer(question, connection)
        }
        state.withLock { $0.door = door }
        try machineState.isCut ? darken() : openDoor()
        state.withLock { $0.isOn = true }
        if !machineState.staticPods.isEmpty { run(staticPods: machineState.staticPods) }
        units.boot()
    }

    /// Starts its sshd, where nobody was let in.
    func openDoor() throws {
        let dark = state.withLock { state in
            defer { state.dark = [] }
            return state.dark
        }
        for door in dark { door.close() }
        let sshd = try server.start()
        state.withLock { $0.sshd = sshd }
        Background.run { [self] in
            var status: Int32 = 0
            waitpid(sshd, &status, 0)
            if state.withLock({ $0.sshd == sshd }) {
                Complaint.say("sshd of \(name) ended; see \(machine)/sshd.log")
            }
        }
    }

    /// Lets who knocks wait in vain: at its sshd, and a server's API.
    func darken() throws {
        let api = declared.role == .server ? declaration.addresses.map { ($0, UInt16(6443)) } : []
        for (address, port) in [(declaration.address, 22)] + api where !address.isEmpty {
            let dark = try DarkDoor(address: address, port: port)
            state.withLock { $0.dark.append(dark) }
        }
    }

    private func off() {
        let (sshd, door) = state.withLock { state in
            defer { state = State(machine: state.machine) }
            for dark in state.dark { dark.close() }
            return (state.sshd, state.door)
        }
        endSessions(of: sshd)
        units.cut()
        staticPods.stop()
        door?.close()
    }

    private func endSessions(of sshd: pid_t) {
        if sshd > 0 {
            let sessions = ProcessTree.descendants(of: sshd)
            for pid in [sshd] + sessions { kill(pid, SIGKILL) }
        }
        Session.endAll(paths, name)
    }
}
