internal import CPosix
internal import Estates
internal import Glibc
internal import JSON
internal import Processes
internal import RecoveryEngine

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
        if let why = lock(attempt: act.attempt) { return .notStarted(why) }
        guard let lock = locks.removeValue(forKey: act.attempt) else {
            return .notStarted("no lock")
        }
        defer { close(lock) }
        let command: Command
        do {
            command = try self.command(act)
        } catch {
            return .notStarted("\(error)")
        }
        let performed = keeper.run(
            command, attempt: act.attempt, isSilent: act.isSilent, lock: lock,
            deadline: act.deadline,
            stop: { self.setting.stop()?.isUrgent == true }, reached: setting.reached)
        return finished(act, performed)
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
        case .secret(let name):
            guard let secret = setting.secrets[name] else {
                throw ToolError(name: name, reason: "this secret was not given; say --\(name) FILE")
            }
            return secret
        }
    }

    /// Redacts, and takes a unit's end for that of its ssh client.
    private func finished(_ act: Act, _ performed: Performed) -> Performed {
        guard case .ended(let exit, let stdout, let stderr, let descendants) = performed else {
            return performed
        }
        guard case .ssh = act.deed else {
            return .ended(
                exit, stdout: redactor.redact(stdout), stderr: redactor.redact(stderr),
                descendants: descendants)
        }
        let (ended, rest) = RemoteUnit.ending(stderr, of: act.attempt)
        guard let ended else {
            let words =
                String(decoding: redactor.redact(rest), as: UTF8.self).split(separator: "\n").last
                ?? ""
            return .lost("the connection ended before the unit did (\(exit)): \(words)")
        }
        return .ended(
            ended, stdout: redactor.redact(stdout), stderr: redactor.redact(rest),
            descendants: descendants)
    }

    func evidence(of attempt: String, act: Act?, boot: String, hostBoot: String?) -> Evidence
    {
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
        return (redactor.redact(captured.output.bytes), redactor.redact(captured.error.bytes))
    }

    func forget(attempt: String, act: Act?) {
        if let act, case .ssh(let node, _) = act.deed {
            _ = run(node, RemoteUnit.remove(attempt, become: become(node)))
        }
        for suffix in [".out", ".err"] { unlink(keeper.spoolPath(attempt) + suffix) }
        // A keeper that watches descendants keeps the lock, and so the file.
        // Without a record nothing more is known of it, so it goes last, and
        // never while a keeper still watches descendants.
        guard let record = AttemptRecord(path: keeper.lockPath(attempt)), !record.isHeld else {
            return
        }
        unlink(keeper.lockPath(attempt))
    }

    func pin(source: String, last: String?, attempt: String) -> Pinning {
        guard let bound = setting.binding.sources[source] else {
            return .failed("the binding does not say where source \(source) is (sources.\(source))")
        }
        return setting.pin(bound, source, last, attempt)
    }
}
