internal import CPosix
internal import Estates
internal import Glibc
internal import JSON
internal import Processes
internal import RecoveryEngine
internal import Synchronization

/// Acts, and finding out about those nobody watched.
extension SystemHands {
    func lock(attempt: String) -> String? {
        guard locks[attempt] == nil else { return nil }
        guard let lock = keeper.lock(attempt) else {
            return "the lock of attempt \(attempt) cannot be taken in \(keeper.directory)"
        }
        locks[attempt] = lock
        return nil
    }

    func hostBoot(_ node: String) -> Finding {
        let reply = ask(
            .ssh(host: node, ["cat", "/proc/sys/kernel/random/boot_id"]), deadline: .seconds(20))
        switch reply {
        case .ran(.exited(0), let stdout, _):
            return Finding(.holds, String(decoding: stdout, as: UTF8.self).filter { $0 != "\n" })
        case .cannot(let why): return Finding(.cannotTell, "\(node): \(why)")
        default: return Finding(.cannotTell, "\(node) does not say when it started")
        }
    }

    func perform(_ act: Act) -> Performed {
        do throws(NotStarted) {
            let (command, lock) = try launch(act)
            return finished(act, watch(command, act, lock))
        } catch {
            return .notStarted(redactor.redact(error.why))
        }
    }

    func start(_ act: Act) {
        do throws(NotStarted) {
            let (command, lock) = try launch(act)
            guard let threads = threads ?? ActThreads() else {
                close(lock)
                throw NotStarted(why: "no descriptors are left")
            }
            self.threads = threads
            underWay[act.attempt] = act
            threads.start(act.attempt) { self.watch(command, act, lock) }
        } catch {
            unstarted.append((act.attempt, .notStarted(redactor.redact(error.why))))
        }
    }

    func ended(within limit: Duration) -> [(attempt: String, performed: Performed)] {
        defer { unstarted = [] }
        if !unstarted.isEmpty || underWay.isEmpty { return unstarted }
        return (threads?.collect(within: limit) ?? []).map { attempt, performed in
            guard let act = underWay.removeValue(forKey: attempt) else {
                return (attempt, performed)
            }
            return (attempt, finished(act, performed))
        }
    }

    /// What goes wrong before anything is started.
    private struct NotStarted: Error {
        let why: String
    }

    /// The command of `act` and the lock it inherits.
    private func launch(_ act: Act) throws(NotStarted) -> (Command, lock: Int32) {
        if let why = lock(attempt: act.attempt) { throw NotStarted(why: why) }
        guard let lock = locks.removeValue(forKey: act.attempt) else {
            throw NotStarted(why: "no lock")
        }
        do {
            return (try command(act), lock)
        } catch {
            close(lock)
            throw NotStarted(why: "\(error)")
        }
    }

    /// Starts it and stays until it has ended. It may run on another thread, so
    /// it touches nothing of this type that changes.
    private func watch(_ command: Command, _ act: Act, _ lock: Int32) -> Performed {
        defer { close(lock) }
        return keeper.run(
            command, attempt: act.attempt, redactor: redactor,
            kept: act.captures ? 8 << 20 : 1 << 20, lock: lock,
            deadline: act.deadline,
            stop: { self.setting.stop()?.isUrgent == true },
            reached: { point in self.points.withLock { _ in self.setting.reached(point) } })
    }

    private func command(_ act: Act) throws -> Command {
        let input = try input(act)
        switch act.deed {
        case .run(let arguments):
            return Command(
                try setting.toolbox.resolve(arguments.first ?? ""), Array(arguments.dropFirst()),
                environment: environment, directory: work, input: input)
        case .kubectl(let cluster, let run): return try kubectl(cluster, run, input: input)
        case .ssh(let node, let arguments):
            let line = RemoteUnit.start(
                act.attempt, arguments, inputSize: input.count, become: become(node))
            return try ssh(node, remote: line, input: input)
        }
    }

    private func input(_ act: Act) throws -> [UInt8] {
        switch act.input {
        case .none: return []
        case .bytes(let bytes): return bytes
        case .secret(let name): return try secret(name)
        case .sealingKeys(let name): return try SealingKeys(backup: try secret(name)).manifest
        }
    }

    func secret(_ name: String) throws(ToolError) -> [UInt8] {
        if let secret = setting.secrets[name] { return secret }
        throw ToolError(name: name, reason: "this secret was not given; say --\(name) FILE")
    }

    /// Takes a unit's end for that of its ssh client.
    private func finished(_ act: Act, _ performed: Performed) -> Performed {
        guard case .ssh = act.deed,
            case .ended(let exit, let stdout, let stderr, let descendants) = performed
        else { return performed }
        let (ended, rest) = RemoteUnit.ending(stderr, of: act.attempt)
        // The last line is ours only when ssh brought all of it: a step could
        // print one like it.
        guard let ended, exit == .exited(0) else {
            let words = String(decoding: rest, as: UTF8.self).split(separator: "\n").last ?? ""
            return .lost("the connection ended before the unit did (\(exit)): \(words)")
        }
        return .ended(ended, stdout: stdout, stderr: rest, descendants: descendants)
    }

    func evidence(of attempt: String, act: Act?, boot: String, hostBoot: String?) -> Evidence {
        let local = localEvidence(attempt, boot: boot)
        guard case .ended = local, let act, case .ssh(let node, _) = act.deed else { return local }
        return remoteEvidence(attempt, node: node, hostBoot: hostBoot)
    }

    private func localEvidence(_ attempt: String, boot: String) -> Evidence {
        let isSameBoot = boot == self.boot
        // The lock file stands before the intent does: where it is missing it
        // was removed, and nothing is known.
        guard let record = AttemptRecord(path: keeper.lockPath(attempt)) else { return .ended(nil) }
        if record.isHeld {
            let child = record.child.map { ", the step's process \($0)" } ?? ""
            return .alive("keeper \(record.keeper ?? 0)\(child)")
        }
        if record.failed != nil { return .neverStarted }
        if isSameBoot {
            guard record.started else { return .neverStarted }
            let survivors = Survivors.of(attempt, session: record.child)
            if !survivors.isEmpty {
                return .alive("processes \(survivors.joined(separator: ", "))")
            }
        }
        return .ended(record.exit)
    }

    private func remoteEvidence(_ attempt: String, node: String, hostBoot: String?) -> Evidence {
        guard let state = remoteState(attempt, node) else {
            return .unreachable("\(node) does not answer by ssh")
        }
        guard state.isUnknown else { return evidence(state, attempt, node) }
        // It was there and is gone: files are left, or the host started anew.
        if state.hasFiles || state.boot != hostBoot { return .ended(nil) }
        if run(node, RemoteUnit.claim(attempt, become: become(node)))?.ending.isSuccess == true {
            return .prevented
        }
        guard let again = remoteState(attempt, node), !again.isUnknown else {
            return .unreachable(
                "\(node) does not say what became of \(RemoteUnit.name(attempt))")
        }
        return evidence(again, attempt, node)
    }

    private func evidence(_ state: RemoteState, _ attempt: String, _ node: String) -> Evidence {
        // A unit of ours always leaves files: one without is the claim.
        if !state.hasFiles { return .prevented }
        return state.exit.map { .ended($0) }
            ?? .alive("unit \(RemoteUnit.name(attempt)) on \(node) (\(state.subState))")
    }

    private func remoteState(_ attempt: String, _ node: String) -> RemoteState? {
        guard let captured = run(node, RemoteUnit.show(attempt, become: become(node))),
            captured.ending.isSuccess
        else { return nil }
        let state = RemoteState(captured.output.text.split(separator: "\n"))
        return state.isUnknown || state.isLoaded ? state : nil
    }

    private func run(_ node: String, _ line: String) -> Captured? {
        try? ssh(node, remote: line).capture(deadline: .seconds(20))
    }

    func output(of attempt: String, act: Act) -> (stdout: [UInt8], stderr: [UInt8])? {
        // Locally the dead engine may have read some of it; the host kept all.
        guard case .ssh(let node, _) = act.deed, !act.isSilent,
            let captured = run(node, RemoteUnit.output(attempt, become: become(node))),
            captured.ending.isSuccess, captured.output.dropped == 0, captured.error.dropped == 0
        else { return nil }
        return (redactor.redact(captured.output), redactor.redact(captured.error))
    }

    func forget(attempt: String, act: Act?) {
        if let act, case .ssh(let node, _) = act.deed {
            _ = run(node, RemoteUnit.remove(attempt, become: become(node)))
        }
        // A keeper that watches descendants keeps the lock, and so the file.
        // Without a record nothing more is known of it, so it goes last, and
        // never while a keeper still watches descendants.
        guard let record = AttemptRecord(path: keeper.lockPath(attempt)), !record.isHeld else {
            return
        }
        unlink(keeper.lockPath(attempt))
    }

    func pin(source: String, after pins: Pins, attempt: String) -> Pinning {
        guard let bound = setting.binding.sources[source] else {
            return .failed("the binding does not say where source \(source) is (sources.\(source))")
        }
        return setting.pin(bound, source, pins, attempt)
    }
}
