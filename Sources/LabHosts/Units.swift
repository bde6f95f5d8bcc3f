internal import Digest
internal import Glibc
import JSON
internal import Processes
internal import Synchronization

/// The units of one simulated machine: systemd, as far as recoveries need it.
///
/// Main processes are real ones, in a sandbox of the node, and children of the
/// world process: they outlive the ssh session that started them.
final class Units: Sendable {
    /// A unit that could not be started under its name.
    enum Refusal: Error { case exists, unknown }

    private struct State {
        var records: [String: UnitRecord] = [:]
        /// Process id of the sandbox, and our end of its control channel.
        var live: [String: (pid: pid_t, control: Int32)] = [:]
        var isOn = false
    }

    private let sandbox: Sandbox
    private let paths: LabPaths
    private let host: HostDeclaration
    private let changed: @Sendable (HostChange) -> Void
    private let state = Mutex(State())

    init(sandbox: Sandbox, changed: @escaping @Sendable (HostChange) -> Void) {
        self.sandbox = sandbox
        paths = sandbox.paths
        host = sandbox.host
        self.changed = changed
        let records = Disk.names(folder).compactMap { file in
            Disk.read("\(folder)/\(file)").flatMap { try? JSONValue(parsing: $0) }
                .flatMap { UnitRecord(json: $0) }
        }
        state.withLock { state in
            for var record in records {
                // The lab was stopped: what ran then was killed.
                if record.isBusy {
                    if record.isTransient { record.end(.signalled(9)) } else { record.settle() }
                }
                state.records[record.name] = record
            }
        }
    }

    private var folder: String { "\(paths.machine(host.name))/units" }
    private var etc: String { "\(paths.tree(host.name))/etc/systemd/system" }
    private var wants: String { "\(etc)/multi-user.target.wants" }

    // MARK: the machine

    /// The machine was switched on: enabled units start.
    func boot() {
        state.withLock { $0.isOn = true }
        for name in Disk.names(wants) {
            do { try start(name, asked: false) } catch {
                Complaint.say("\(host.name): \(name) has no file")
            }
        }
    }

    /// The machine lost its power: nothing gets to say goodbye.
    func cut() {
        let pids = state.withLock { state in
            state.isOn = false
            return state.live.values.map(\.pid)
        }
        for pid in pids { kill(pid, SIGKILL) }
        for _ in 0..<200 where state.withLock({ !$0.live.isEmpty }) { Background.sleep(10) }
        state.withLock { state in
            for name in state.records.keys where state.records[name]?.isTransient == false {
                state.records[name]?.settle()
            }
        }
        for record in state.withLock({ Array($0.records.values) }) { save(record) }
    }

    /// The machine was replaced or restarted: transient units are no more.
    func forgetAll() {
        state.withLock { $0.records = [:] }
        for name in Disk.names(folder) { Disk.remove("\(folder)/\(name)") }
    }

    // MARK: questions

    /// What is known of `name`; nil when neither a file nor a record has it.
    func record(_ name: String) -> UnitRecord? {
        if let record = state.withLock({ $0.records[name] }) { return record }
        return loaded(name)
    }

    /// Whether the unit starts with the machine; nil when it has no file.
    func isEnabled(_ name: String) -> Bool? {
        guard Disk.exists("\(etc)/\(name)") else { return nil }
        return Disk.exists("\(wants)/\(name)")
    }

    /// Names of failed units.
    var failed: [String] {
        state.withLock { $0.records.values.filter { $0.active == "failed" }.map(\.name) }
    }

    private func loaded(_ name: String) -> UnitRecord? {
        guard let text = Disk.text("\(etc)/\(name)") else { return nil }
        let file = UnitFile(text)
        var record = UnitRecord(name: name, isTransient: false, command: file.command)
        record.type = file.type
        record.restarts = file.restarts
        record.restartSeconds = file.restartSeconds
        return record
    }

    // MARK: changes

    /// Makes the unit start with the machine, or not.
    func setEnabled(_ name: String, _ on: Bool) throws {
        guard Disk.exists("\(etc)/\(name)") else { throw Refusal.unknown }
        if on {
            try Disk.makeFolder(wants)
            try Disk.link("\(wants)/\(name)", to: "/etc/systemd/system/\(name)")
        } else {
            Disk.remove("\(wants)/\(name)")
        }
        changed(
            HostChange(host: host.name, what: on ? "unit-enabled" : "unit-disabled", name: name))
    }

    /// Starts a transient unit; refused while its name is known.
    func startTransient(_ record: UnitRecord) throws(Refusal) {
        let started = try begin(record.name) { known throws(Refusal) in
            if known != nil || Disk.exists("\(self.etc)/\(record.name)") { throw .exists }
            return record
        }
        if let started { launch(started, asked: true) }
    }

    /// Starts a unit that has a file; nothing happens when it runs already.
    /// What somebody `asked` for is a change of the world; what the machine
    /// does by itself is not.
    func start(_ name: String, asked: Bool = true) throws(Refusal) {
        let fresh = loaded(name)
        let started = try begin(name) { known throws(Refusal) in
            if let known, known.isBusy && known.sub != "auto-restart" || known.sub == "exited" {
                return nil
            }
            guard let record = fresh ?? known else { throw .unknown }
            return record
        }
        if let started { launch(started, asked: asked) }
    }

    private func begin(
        _ name: String, _ pick: (UnitRecord?) throws(Refusal) -> UnitRecord?
    ) throws(Refusal) -> UnitRecord? {
        try state.withLock { state throws(Refusal) in
            guard state.isOn, var record = try pick(state.records[name]) else { return nil }
            record.begin(invocation: SHA256.hexadecimal(Random.bytes(16)))
            state.records[name] = record
            return record
        }
    }

    /// Ends the unit's processes and waits for it.
    func stop(_ name: String) throws {
        guard record(name) != nil else { throw Refusal.unknown }
        let live = state.withLock { state in
            let live = state.live[name]
            if live == nil { state.records[name]?.settle() } else { state.records[name]?.stop() }
            return live
        }
        if let live {
            _ = "T".withCString { write(live.control, $0, 1) }
            for round in 0..<1000 where isLive(name, live.pid) {
                if round == 500 { kill(live.pid, SIGKILL) }
                Background.sleep(10)
            }
        }
        changed(HostChange(host: host.name, what: "unit-stopped", name: name))
        finish(name)
    }

    private func isLive(_ name: String, _ pid: pid_t) -> Bool {
        state.withLock { $0.live[name]?.pid == pid }
    }

    /// Takes back that the unit failed; false when nobody knows it.
    func resetFailed(_ name: String) -> Bool {
        guard record(name) != nil else { return false }
        state.withLock { state in
            if state.records[name]?.active == "failed" { state.records[name]?.settle() }
        }
        finish(name)
        return true
    }

    /// The unit's program said that it is ready.
    func ready(_ name: String) {
        state.withLock { $0.records[name]?.ready() }
        keep(name)
    }

    /// Waits until the unit is no longer starting.
    func awaitStart(_ name: String) -> UnitRecord? {
        while let record = record(name), record.active == "activating",
            state.withLock({ $0.isOn })
        { Background.sleep(20) }
        return record(name)
    }

    // MARK: processes

    private func launch(_ record: UnitRecord, asked: Bool) {
        if asked {
            changed(
                HostChange(
                    host: host.name, what: "unit-started", name: record.name,
                    detail: record.command.joined(separator: " ")))
        }
        save(record)
        // Its sandbox dies with the thread that started it, so that is the one that waits for it.
        Background.run { [self] in live(record) }
        // `Type=exec` has started when its program was executed, not before.
        while record.type == "exec", let now = self.record(record.name), now.sub == "start",
            now.invocation == record.invocation
        { Background.sleep(5) }
    }

    /// The whole life of a unit's process.
    private func live(_ record: UnitRecord) {
        do {
            let (pid, control) = try UnitProcess(record: record, sandbox: sandbox).start()
            let stillOn = state.withLock { state in
                state.live[record.name] = (pid, control)
                return state.isOn
            }
            if !stillOn { kill(pid, SIGKILL) }
            let end = UnitProcess.watch(control) { self.executed(record) }
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            close(control)
            ended(record, end)
        } catch {
            Complaint.say("\(host.name): \(record.name): \(error)")
            ended(record, .refused)
        }
    }

    private func executed(_ record: UnitRecord) {
        state.withLock { state in
            if state.records[record.name]?.invocation == record.invocation {
                state.records[record.name]?.executed()
            }
        }
        keep(record.name)
    }

    private func ended(_ record: UnitRecord, _ end: UnitRecord.End) {
        let again = state.withLock { state -> Bool in
            state.live[record.name] = nil
            guard var known = state.records[record.name] else { return false }
            let wasStopped = known.active == "deactivating"
            known.end(end)
            let again = known.restarts && !wasStopped && state.isOn
            if again { known.awaitRestart() }
            state.records[record.name] = known
            return again
        }
        finish(record.name)
        guard again else { return }
        Background.sleep(UInt32(record.restartSeconds) * 1000)
        if self.record(record.name)?.sub == "auto-restart" {
            try? start(record.name, asked: false) // its file may have gone meanwhile
        }
    }

    /// Keeps the record of `name`, or forgets it when nothing holds it.
    private func finish(_ name: String) {
        let forgotten = state.withLock { state -> Bool in
            guard let record = state.records[name], record.isForgotten else { return false }
            state.records[name] = nil
            return true
        }
        if forgotten { Disk.remove("\(folder)/\(name).json") } else { keep(name) }
    }

    private func keep(_ name: String) {
        if let record = state.withLock({ $0.records[name] }) { save(record) }
    }

    private func save(_ record: UnitRecord) {
        do {
            try Disk.makeFolder(folder)
            try Disk.write("\(folder)/\(record.name).json", record.json.text + "\n")
        } catch {
            Complaint.say("\(host.name): a unit's state cannot be kept: \(error)")
        }
    }
}
