internal import Digest
internal import Glibc
internal import Synchronization

/// The units of one simulated machine: systemd, as far as recoveries need it.
///
/// Main processes are real ones, in a sandbox of the node, and children of the
/// world process: they outlive the ssh session that started them.
final class Units: Sendable {
    /// A unit that could not be started under its name.
    enum Refusal: Error, Hashable {
        case exists, unknown, masked
        /// Its file says something the lab cannot obey.
        case unsimulated(String)
    }

    struct State {
        var records: [String: UnitRecord] = [:]
        /// Definitions as systemd last read them; see `definition`.
        var definitions: [String: UnitFile] = [:]
        /// The sandbox of a unit that runs.
        var live: [String: UnitProcess.Started] = [:]
        var isOn = false
    }

    let folder: UnitFolder
    let log: UnitLog
    let sandbox: Sandbox
    let host: HostDeclaration
    let changed: @Sendable (HostChange) -> Void
    let shelf: UnitShelf
    /// What the world does for processes of units.
    let attendance = Attendance()
    let state = Mutex(State())

    init(sandbox: Sandbox, changed: @escaping @Sendable (HostChange) -> Void) {
        self.sandbox = sandbox
        let paths = sandbox.paths
        host = sandbox.host
        self.changed = changed
        folder = UnitFolder(tree: paths.tree(host.name))
        log = UnitLog(folder: "\(paths.machine(host.name))/log")
        shelf = UnitShelf(folder: "\(paths.machine(host.name))/units")
        state.withLock { state in
            for var record in shelf.records {
                // The lab was stopped: what ran then was killed.
                if record.isBusy {
                    if record.isTransient { record.end(.signalled(9)) } else { record.settle() }
                }
                state.records[record.name] = record
            }
        }
    }

    // MARK: the machine

    /// The machine was switched on: enabled units start.
    func boot() {
        state.withLock { state in
            state.isOn = true
            state.definitions = [:]
        }
        reload()
        for name in folder.wanted {
            do { try start(name, asked: false) } catch {
                log.add(name, "systemd[1]", "\(name) was not started at boot: \(error)")
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
        for record in state.withLock({ Array($0.records.values) }) { shelf.keep(record) }
    }

    /// The machine was replaced: nothing is known of its units.
    func forgetAll() {
        state.withLock { $0.records = [:] }
        shelf.clear()
        log.clear()
    }

    /// The machine was started again: units that have no file are no more.
    func forgetTransient() {
        let gone = state.withLock { state in
            let gone = state.records.values.filter(\.isTransient).map(\.name)
            for name in gone { state.records[name] = nil }
            return gone
        }
        for name in gone { shelf.forget(name) }
    }

    // MARK: questions

    /// What is known of `name`; nil when neither a file nor a record has it.
    func record(_ name: String) -> UnitRecord? {
        if let record = state.withLock({ $0.records[name] }) { return record }
        return definition(name).map { UnitRecord(name: name, file: $0) }
    }

    /// Names of every unit that has a record.
    var names: [String] { state.withLock { $0.records.keys.sorted() } }

    /// Names of failed units.
    var failed: [String] {
        state.withLock { $0.records.values.filter { $0.active == "failed" }.map(\.name).sorted() }
    }

    /// The unit as systemd knows it: as its files were when they were last
    /// read. A unit nobody needs is dropped and read anew each time; one that
    /// starts with the machine or runs stays as it was read.
    func definition(_ name: String) -> UnitFile? {
        if let known = state.withLock({ $0.definitions[name] }) { return known }
        let file = folder.load(name)
        state.withLock { state in
            let isHeld = state.records[name]?.isBusy == true || folder.isWanted(name)
            if let file, isHeld { state.definitions[name] = file }
        }
        return file
    }

    /// Whether the unit's files are no longer what systemd read.
    func isOutdated(_ name: String) -> Bool {
        guard let known = state.withLock({ $0.definitions[name] }) else { return false }
        return known != folder.load(name)
    }

    /// `systemctl daemon-reload`: reads all files again, and forgets units whose
    /// file is gone.
    func reload() {
        let held = state.withLock { state in
            let busy = state.records.values.filter(\.isBusy).map(\.name)
            state.definitions = [:]
            return busy + folder.wanted
        }
        for name in held { _ = definition(name) }
        let gone = state.withLock { state in
            let gone = state.records.values.filter { record in
                !record.isTransient && !record.isBusy && folder.standing(record.name) == nil
            }.map(\.name)
            for name in gone { state.records[name] = nil }
            return gone
        }
        for name in gone { shelf.forget(name) }
    }

    // MARK: changes

    /// Makes the unit start with the machine, or not, and reads all files
    /// again. Returns the links that were made or removed.
    func setEnabled(_ name: String, _ on: Bool) throws -> [String] {
        if on && folder.isMasked(name) { throw Refusal.masked }
        guard folder.standing(name) != nil else { throw Refusal.unknown }
        let links = try folder.setEnabled(name, on)
        reload()
        tell(on ? "unit-enabled" : "unit-disabled", name)
        return links
    }

    /// Masks the unit or takes that back; false when a file is in the way, or
    /// there is nothing to take back.
    func setMasked(_ name: String, _ on: Bool) throws -> Bool {
        guard try on ? folder.mask(name) : folder.unmask(name) else { return false }
        reload()
        tell(on ? "unit-masked" : "unit-unmasked", name)
        return true
    }

    /// Starts a transient unit; refused while its name is known.
    func startTransient(_ record: UnitRecord) throws(Refusal) {
        let isFile = folder.standing(record.name) != nil
        let started = try begin(record.name) { known throws(Refusal) in
            if known != nil || isFile { throw .exists }
            return record
        }
        if let started { launch(started, asked: true) }
    }

    /// Starts a unit that has a file; nothing happens when it runs already, or
    /// when a condition of its file does not hold. What somebody `asked` for is
    /// a change of the world; what the machine does by itself is not.
    func start(_ name: String, asked: Bool = true) throws(Refusal) {
        if folder.isMasked(name) { throw .masked }
        let file = definition(name)
        if let line = file?.unsimulated.first { throw .unsimulated(line) }
        let unmet = folder.unmet(file?.conditions ?? [])
        let started = try begin(name) { known throws(Refusal) in
            if let known, known.isBusy && known.sub != "auto-restart" || known.sub == "exited" {
                return nil
            }
            guard var record = file.map({ UnitRecord(name: name, file: $0) }) ?? known else {
                throw .unknown
            }
            if known?.sub == "auto-restart" { record.restartCount = (known?.restartCount ?? 0) + 1 }
            if let unmet { record.unmet = unmet }
            return record
        }
        if let started { launch(started, asked: asked) } else if let unmet { skip(name, unmet) }
    }

    private func begin(
        _ name: String, _ pick: (UnitRecord?) throws(Refusal) -> UnitRecord?
    ) throws(Refusal) -> UnitRecord? {
        try state.withLock { state throws(Refusal) in
            guard state.isOn, var record = try pick(state.records[name]) else { return nil }
            if !record.unmet.isEmpty {
                record.skip(record.unmet)
                record.since = Clock.now
                state.records[name] = record
                return nil
            }
            record.begin(invocation: SHA256.hexadecimal(Random.bytes(16)))
            record.since = Clock.now
            state.records[name] = record
            return record
        }
    }

    private func skip(_ name: String, _ condition: String) {
        log.add(
            name, "systemd[1]",
            "\(name) was skipped because of a failed condition check "
                + "(ConditionPathExists=\(condition)).")
        keep(name)
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
            log.add(name, "systemd[1]", "Stopping \(name)...")
            _ = "T".withCString { write(live.control, $0, 1) }
            for round in 0..<1000 where isLive(name, live.pid) {
                if round == 500 { kill(live.pid, SIGKILL) }
                Background.sleep(10)
            }
        }
        tell("unit-stopped", name)
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
        let description = state.withLock { state -> String? in
            guard state.records[name]?.active == "activating" else { return nil }
            state.records[name]?.ready()
            state.records[name]?.since = Clock.now
            return state.records[name]?.description
        }
        if let description { log.add(name, "systemd[1]", "Started \(name) - \(description).") }
        keep(name)
    }

    /// Waits until the unit is no longer starting, or nobody waits any more.
    func awaitStart(_ name: String, isGone: () -> Bool) {
        while let record = record(name), record.active == "activating",
            state.withLock({ $0.isOn }), !isGone()
        { Background.sleep(20) }
    }

    private func tell(_ what: String, _ name: String) {
        changed(HostChange(host: host.name, what: what, name: name))
    }
}
