internal import Glibc
public import JSON
internal import Synchronization

/// One simulated machine: its file system, its power, its `sshd`, its units.
public final class Host: Sendable {
    private struct State {
        var isOn = false
        var sshd: pid_t = 0
        var door: Door?
    }

    /// What the estate says of it.
    public let declaration: HostDeclaration
    private let paths: LabPaths
    private let server: SSHServer
    private let sandbox: Sandbox
    private let units: Units
    let events: HostEvents
    private let state = Mutex(State())
    /// Power and replacement are one at a time.
    private let turn = Mutex(())

    init(_ declaration: HostDeclaration, paths: LabPaths, tools: Tools, events: HostEvents) {
        self.declaration = declaration
        self.paths = paths
        self.events = events
        server = SSHServer(host: declaration, paths: paths, tools: tools)
        sandbox = Sandbox(host: declaration, paths: paths, tools: tools)
        units = Units(sandbox: sandbox, changed: events.changed)
    }

    private var name: String { declaration.name }
    private var machine: String { paths.machine(name) }

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
        try NodeTree(host: declaration, paths: paths).make(
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
        }
        events.changed(HostChange(host: name, what: "power-off"))
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
            try NodeTree(host: declaration, paths: paths).make(.blank)
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

    /// Whether its k3s is still on its way up.
    var isJoining: Bool { isOn && units.record(k3s)?.active == "activating" }

    private var k3s: String { declaration.role == .server ? "k3s.service" : "k3s-agent.service" }

    /// What of the machine counts when two states of the world are compared.
    public var standing: JSONValue {
        [
            "power": .string(isOn ? "on" : "off"),
            "unit": .string(units.record(k3s)?.active ?? "none"),
            "enabled": .bool(units.isEnabled(k3s) ?? false),
        ]
    }

    /// Runs `systemctl ARGUMENTS` as somebody on the machine would.
    public func systemctl(_ arguments: [String]) throws {
        guard isOn else { throw LabFailure("\(name) has no power") }
        let answer = Systemctl(units: units).answer(arguments)
        guard answer.exit == 0 else {
            throw LabFailure("systemctl on \(name): \(answer.error)")
        }
    }

    // MARK: power

    private func on() throws {
        let spec: JSONValue = [
            "program": .string(sandbox.tools.bwrap),
            "arguments": .array(sandbox.arguments([]).dropLast().map(JSONValue.string)),
        ]
        try Disk.write(Session.file(paths, name), spec.text)
        try NodeTree(host: declaration, paths: paths).boot()
        let door = try Door("\(paths.door(name))/world.sock") { [self] question, connection in
            answer(question, connection)
        }
        let sshd = try server.start()
        state.withLock { state in
            state.isOn = true
            state.sshd = sshd
            state.door = door
        }
        Background.run { [self] in
            var status: Int32 = 0
            waitpid(sshd, &status, 0)
            if state.withLock({ $0.sshd == sshd }) {
                Complaint.say("sshd of \(name) ended; see \(machine)/sshd.log")
            }
        }
        units.boot()
    }

    private func off() {
        let (sshd, door) = state.withLock { state in
            defer { state = State() }
            return (state.sshd, state.door)
        }
        if sshd > 0 {
            let sessions = ProcessTree.descendants(of: sshd)
            for pid in [sshd] + sessions { kill(pid, SIGKILL) }
        }
        Session.endAll(paths, name)
        units.cut()
        door?.close()
    }

    // MARK: the door

    private func answer(_ question: JSONValue, _ connection: LineSocket) {
        let arguments = question["arguments"]?.array?.compactMap(\.string) ?? []
        let systemctl = Systemctl(units: units)
        switch question["call"]?.string {
        case "systemctl" where SystemctlCall(arguments)?.changes != true:
            connection.send(systemctl.answer(arguments).json)
        case "systemctl": pass("systemctl", connection) { systemctl.answer(arguments) }
        case "systemd-run":
            let fallback = "run-u\(question["pid"]?.int ?? 0).service"
            pass("systemd-run", connection) { systemctl.run(arguments, fallback: fallback) }
        case "agent": agent(question, connection)
        case "server": serve(question, connection)
        case let call? where call.hasPrefix("k3s "): k3s(question, connection)
        default:
            connection.send(ShimAnswer.unknown(question["call"]?.string ?? "?", arguments).json)
        }
    }

    /// A request that changes the machine; a test can hold it.
    private func pass(_ call: String, _ connection: LineSocket, _ apply: () -> ShimAnswer) {
        var answer = ShimAnswer()
        let isAnswered = events.pass("/\(name)/\(call)", { connection.isGone }) { answer = apply() }
        if isAnswered { connection.send(answer.json) }
    }

    /// An agent lives as long as its connection.
    private func agent(_ question: JSONValue, _ connection: LineSocket) {
        let join = AgentJoin(question, host: declaration)
        if let refusal = events.join(join) {
            connection.send(["refused": .string(refusal)])
            return
        }
        guard connection.send(["accepted": true]) else { return events.gone(name, join.nodeName) }
        units.ready(k3s)
        while connection.receive() != nil {}
        events.gone(name, join.nodeName)
    }
}
