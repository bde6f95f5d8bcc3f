internal import Effects
internal import Journal
internal import RecoveryEngine

/// Opening the journal.
extension Site {
    /// Whether an owner that does not run holds nothing: its run has ended or
    /// never began, and nothing of it lives.
    func isVoid(_ owner: TargetLock.Owner) -> Bool {
        guard !AttemptLock.isAnyHeld(directory: owner.journal, run: owner.run),
            let journal = try? openJournal(.readOnly, at: owner.journal),
            let entries = try? journal.entries(run: owner.run)
        else { return false }
        return ["recovered", "abandoned", nil].contains(entries.last?.kind)
    }

    /// Opens the journal in `place`, else the one this command is about.
    ///
    /// A simulated estate's may lie in memory; a real one's must outlive the
    /// machine.
    func openJournal(
        _ mode: Journal.Mode, boot: String = Timestamps.bootID(), at place: String? = nil,
        isLab: Bool = false
    ) throws(Refusal) -> Journal {
        let place = place ?? journal
        if mode == .create { Folders.make(place) }
        let options = JournalOptions(
            anchorDirectory: anchors, allowEphemeral: isLab || mode == .readOnly)
        do {
            return try Journal.open(
                directory: place, mode: mode, options: options,
                now: { Timestamps.now(boot: boot) }, by: by, engineVersion: Site.version)
        } catch {
            throw Refusal(error, place)
        }
    }
}

extension Refusal {
    init(_ fault: Engine.Fault) {
        switch fault {
        case .journal(let error): self.init(error, "")
        case .history(let reason):
            self.init(.journalDamaged, "the journal's history makes no sense: \(reason)")
        }
    }

    init(_ error: JournalError, _ place: String) {
        self.init(ExitCode(rawValue: error.exitCode) ?? .internalError, error.description)
    }
}

extension Refusal {
    /// Another run has the cluster; `lock` is the file that says so.
    init(_ owner: TargetLock.Owner, _ cluster: String, _ lock: String) {
        let standing = owner.isRunning ? "is working on" : "was left unfinished on"
        self.init(
            .ownedByAnother,
            "run \(owner.run) by \(owner.by) \(standing) cluster \(cluster); "
                + "a second one could undo its work\n"
                + "To see it:   recover status \(owner.run) --journal \(owner.journal)\n"
                + "To go on:    recover resume \(owner.run) --journal \(owner.journal)\n"
                + "To give up:  recover abandon \(owner.run) --why TEXT --journal \(owner.journal)"
                + (owner.isRunning
                    ? "" : "\nIf that journal is lost, and nothing of the run lives: rm \(lock)"))
    }
}
