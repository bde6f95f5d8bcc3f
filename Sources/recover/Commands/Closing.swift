internal import Glibc
internal import JSON
internal import Journal
internal import RecoveryEngine
internal import Runbooks

/// The last words of a run: what happened, what it means, what to type.
struct Closing {
    let run: String
    let state: RunState
    let entries: [JournalEntry]
    /// Folder of the journal.
    let journal: String
    /// Who writes it at this moment, if somebody else does.
    let writer: LockOwner?

    /// - Parameter entries: nil reads them from the journal.
    init(_ run: String, _ state: RunState, _ site: Site, entries: [JournalEntry]? = nil) {
        self.run = run
        self.state = state
        journal = site.journal
        let holder = JournalLock.holder(directory: site.journal)
        writer = holder?.pid == Int(getpid()) ? nil : holder
        if let entries {
            self.entries = entries
        } else {
            let journal = try? site.openJournal(.readOnly)
            self.entries = (try? journal?.entries(run: run)) ?? []
        }
    }

    /// Says it to a person or a machine.
    func say(_ code: ExitCode) {
        guard !Terminal.isForMachines else {
            return Terminal.emit(
                Record.of(
                    run: run, at: Clock.now(), kind: "closing", step: state.reasonStep,
                    data: json(code)))
        }
        for line in lines { Terminal.say(line) }
    }

    var lines: [String] {
        var lines = ["", headline]
        if let report = FailureReport(state, entries) {
            lines += report.lines
        } else if !state.reason.isEmpty, state.standing != .recovered {
            let why = Excerpt.first(state.reason)
            lines += why.enumerated().map { Label.text($0 == 0 ? "Why" : "", $1) }
        }
        lines += gitops.enumerated().map { Label.text($0 == 0 ? "GitOps" : "", $1) }
        let next = next
        if state.standing == .unknown {
            lines.append(
                "Nothing more is done until somebody knows whether it took effect. Look, then:")
        }
        if state.standing == .abandoned { lines += standing }
        lines += LeftOver(state: state).lines
        lines += next.offers.map { Label.text($0.label, $0.command) }
        let place = Shell.quote(journal)
        return lines + [
            Label.text("Journal", "\(journal)  (recover journal show \(run) --journal \(place))")
        ]
    }

    private var next: NextSteps {
        NextSteps(run: run, state: state, journal: journal, isWritten: writer != nil)
    }

    private func json(_ code: ExitCode) -> JSONValue {
        var data: JSONValue = [
            "state": .string(state.standing?.rawValue ?? ""), "exit": .int(Int(code.rawValue)),
            "why": .string(state.reason), "journal": .string(journal),
            "next": .array(next.offers.map { .string($0.command) }),
        ]
        data["report"] = FailureReport(state, entries)?.json
        if let suspension = state.suspension {
            data["gitops"] = [
                "stopped": .array(suspension.stopped.map(JSONValue.string)),
                "left": .array(suspension.left.map(JSONValue.string)),
            ]
        }
        return data
    }

    /// A stack that stands still is never left without a word.
    private var gitops: [String] {
        guard let suspension = state.suspension else { return [] }
        if let step = suspension.leftBehind {
            return [
                "STAYS AT ITS PINNED COMMIT: what is pushed to Git is not deployed",
                "A person had the run end without its last step, \(step)\(evidence(step)).",
            ]
        }
        let (stopped, left) = (suspension.stopped.count, suspension.left.count)
        let what =
            suspension.isPartial
            ? "IS HANDED BACK IN PART ONLY: some of it goes on, some stands still"
            : "STANDS STILL: what is pushed to Git is not deployed, and drift is not put right"
        let by = suspension.stopped.joined(separator: ", ")
        let whose = stopped == 0 ? "" : "; this run stopped it: \(by)"
        if left == 0 {
            return [what + whose, "This runbook does not hand it back; somebody has to."]
        }
        let steps = "\(left) step\(left == 1 ? "" : "s") of the hand-back"
        guard state.standing == .abandoned else {
            return [
                what + whose,
                "\(steps) follow\(left == 1 ? "s" : ""); do not start it by hand before the run "
                    + "is at its end.",
            ]
        }
        return [
            what + whose,
            "\(steps) were never done and nothing does them by itself: "
                + (suspension.isPartial
                    ? "do them by hand, as below." : "take its steps back by hand, as below."),
        ]
    }

    private var headline: String {
        let (done, total) = state.progress
        let step = state.reasonStep ?? state.current?.id ?? ""
        switch state.standing {
        case .recovered: return "RECOVERED   run \(run): \(done) steps, every check is green"
        case .abandoned: return "ABANDONED   run \(run) after \(done) of \(total) steps"
        case .failed: return "FAILED      run \(run) at step \(step), \(done) of \(total) done"
        case .unknown: return "UNKNOWN     run \(run) at step \(step), \(done) of \(total) done"
        case .waiting:
            let place = state.reasonStep ?? "its checks"
            return "WAITING     run \(run) at \(place), \(done) of \(total) done"
        case .running where writer != nil:
            return "RUNNING     run \(run) at \(step), \(done) of \(total) done; "
                + "\(writer?.description ?? "") works on this journal"
        case .running, nil:
            let word = entries.last?.kind == "halted" ? "STOPPED     " : "UNFINISHED  "
            let place = state.current.map { "step \($0.id)" } ?? "its checks"
            return "\(word)run \(run) at \(place), \(done) of \(total) done"
        }
    }

    /// What an abandoned run leaves behind.
    private var standing: [String] {
        let acted = state.instances.filter { $0.ordinal > 0 && $0.step.effect != .repeatable }
        guard !acted.isEmpty else { return ["It changed nothing."] }
        return ["What it did stands; nobody takes it back by itself:"]
            + acted.map { "  \($0.id): \(state.values(for: $0).show($0.step.title))" }
    }

    /// What a person said when it was left.
    private func evidence(_ step: String) -> String {
        let said = entries.last { $0.kind == "resolved" && $0.data["step"]?.string == step }
        return said?.data["evidence"]?.string.map { ": \($0)" } ?? ""
    }
}

/// A word in front of a line, all of one width.
enum Label {
    static func text(_ label: String, _ text: String) -> String {
        let head = label.isEmpty ? "" : "\(label):"
        return head + String(repeating: " ", count: max(1, 12 - head.count)) + text
    }
}
