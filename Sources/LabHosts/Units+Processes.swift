internal import Glibc
internal import Synchronization

/// The processes behind the units.
extension Units {
    func launch(_ record: UnitRecord, asked: Bool) {
        log.add(record.name, "systemd[1]", "Starting \(record.name) - \(record.description)...")
        shelf.keep(record)
        // Its sandbox dies with the thread that started it, so that is the one that waits for it.
        Background.run { [self] in live(record, asked: asked) }
        // `Type=exec` has started when its program was executed, not before.
        while record.type == "exec", let now = self.record(record.name), now.sub == "start",
            now.invocation == record.invocation
        { Background.sleep(5) }
    }

    /// The whole life of a unit's process.
    private func live(_ record: UnitRecord, asked: Bool) {
        do {
            let started = try UnitProcess(record: record, sandbox: sandbox).start()
            let stillOn = state.withLock { state in
                state.live[record.name] = started
                state.records[record.name]?.mainPID = Int(started.pid)
                return state.isOn
            }
            if !stillOn { kill(started.pid, SIGKILL) }
            let program = record.command.first?.split(separator: "/").last ?? "?"
            let end = UnitProcess.watch(
                started, executed: { executed(record, asked: asked) },
                said: { log.add(record.name, "\(program)[\(started.pid)]", $0) })
            var status: Int32 = 0
            waitpid(started.pid, &status, 0)
            attendance.awaitNone(record.invocation)
            close(started.control)
            close(started.output)
            ended(record, end)
        } catch {
            Complaint.say("\(host.name): \(record.name): \(error)")
            ended(record, .refused)
        }
    }

    /// A unit whose files could not be opened changed nothing; its start counts from here.
    private func executed(_ record: UnitRecord, asked: Bool) {
        if asked {
            changed(
                HostChange(
                    host: host.name, what: "unit-started", name: record.name,
                    detail: record.command.joined(separator: " ")))
        }
        state.withLock { state in
            if state.records[record.name]?.invocation == record.invocation {
                state.records[record.name]?.executed()
            }
        }
        keep(record.name)
    }

    private func ended(_ record: UnitRecord, _ end: UnitRecord.End) {
        let known = state.withLock { state -> UnitRecord? in
            state.live[record.name] = nil
            guard var known = state.records[record.name] else { return nil }
            let wasStopped = known.active == "deactivating"
            known.end(end)
            known.since = Clock.now
            known.mainPID = 0
            if known.restarts && !wasStopped && state.isOn { known.awaitRestart() }
            state.records[record.name] = known
            return known
        }
        if let known {
            log.add(
                record.name, "systemd[1]",
                "\(record.name): Main process exited, \(known.ending); now \(known.sub).")
        }
        finish(record.name)
        guard known?.sub == "auto-restart" else { return }
        Background.sleep(UInt32(record.restartSeconds) * 1000)
        if self.record(record.name)?.sub == "auto-restart" {
            try? start(record.name, asked: false) // its file may have gone meanwhile
        }
    }

    /// Keeps the record of `name`, or forgets it when nothing holds it.
    func finish(_ name: String) {
        let forgotten = state.withLock { state -> Bool in
            guard let record = state.records[name], record.isForgotten else { return false }
            state.records[name] = nil
            return true
        }
        if forgotten { shelf.forget(name) } else { keep(name) }
    }

    func keep(_ name: String) {
        if let record = state.withLock({ $0.records[name] }) { shelf.keep(record) }
    }
}
