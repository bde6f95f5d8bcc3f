internal import JSON
internal import Runbooks

/// From the intent to the verdict.
extension Engine {
    func act(_ instance: StepInstance, _ intent: Intent, _ values: Values) throws(Fault)
        -> Turn
    {
        switch instance.step.action {
        case .ask(let rekey): return try askPerson(instance, intent, values, rekey)
        case .pin(let source): return try pin(instance, intent, values, source)
        case .note:
            hands.reached("noted")
            let seen = captured(instance, intent, [])
            try record(
                .exited(Self.exited(intent, "noted")),
                .verdict(done(instance, Self.noted(seen), seen, attempt: intent.attempt)))
            return .go
        default: break
        }
        guard let act = act(instance.step, intent, values) else {
            return try fail(instance, "the action cannot be bound")
        }
        // The attempt's time counts from here: a resumed one gets all of it.
        let began = hands.now().monotonic
        switch hands.perform(act) {
        case .notStarted(let why):
            let events = notStarted(instance, intent, why)
            try record(events)
            return after(events.last, instance)
        case .lost(let why):
            try record(.exited(Self.exited(intent, "lost: \(why)")))
            return try settle(instance, intent, isLive: true)
        case .ended(let exit, let stdout, let stderr, let descendants):
            let exited = exited(intent, exit, stdout, stderr, silent: act.isSilent)
            let turn = try conclude(
                instance, intent, values, exit, exited, stdout, descendants, began)
            // An attempt nobody could settle keeps everything that may settle it.
            if state.instance(instance.id)?.open?.attempt == intent.attempt { return turn }
            hands.forget(attempt: intent.attempt, act: descendants == nil ? act : nil)
            return turn
        }
    }

    /// The goal decides; the exit code only where there is no goal.
    private func conclude(
        _ instance: StepInstance, _ intent: Intent, _ values: Values, _ exit: Exit,
        _ exited: Exited,
        _ stdout: [UInt8], _ descendants: String?, _ began: Int
    ) throws(Fault) -> Turn {
        let step = instance.step
        guard let goal = step.goal else {
            let record = judgeExit(instance, intent, exit, exited, stdout, descendants)
            try self.record(.exited(exited), .verdict(record))
            return after(.verdict(record), instance)
        }
        let first = ask(goal, values, of: instance, last: exited)
        if first.answer == .holds {
            let captured = captured(instance, intent, stdout)
            let record = done(instance, first.why, captured, attempt: intent.attempt)
            try self.record(.exited(exited), .verdict(record))
            return after(.verdict(record), instance)
        }
        try record(.exited(exited))
        let finding = poll(
            instance.id, until: end(step.timeout, from: began), for: [.holds], minding: false
        ) { ask(goal, values, of: instance, last: exited) }
        let record = judge(instance, intent, finding, exit, stdout, descendants)
        try self.record(.verdict(record))
        return after(.verdict(record), instance)
    }

    /// What an attempt with a goal came to, once the goal's last answer is in.
    func judge(
        _ instance: StepInstance, _ intent: Intent, _ finding: Finding, _ exit: Exit,
        _ stdout: [UInt8], _ descendants: String?
    ) -> VerdictRecord {
        let verdict: Verdict
        var why = finding.why
        switch finding.answer {
        case .holds: verdict = .done
        case .cannotTell: verdict = .unknown
        case .fails where descendants != nil:
            verdict = .unknown
            why = "descendants remain: \(descendants ?? ""); \(why)"
        case .fails:
            let isCut = exit == .timedOut || hands.mustStop()
            verdict = isCut || instance.step.effect == .once ? .unknown : .failed
            if exit != .exited(0) { why = "\(exit); \(why)" }
        }
        let kept = verdict == .done ? captured(instance, intent, stdout) : [:]
        return retried(
            VerdictRecord(
                step: instance.id, attempt: intent.attempt, verdict: verdict, why: why,
                captured: kept), instance, intent)
    }

    /// Nothing was started, so nothing changed.
    func notStarted(_ instance: StepInstance, _ intent: Intent, _ why: String) -> [Event] {
        let record = VerdictRecord(
            step: instance.id, attempt: intent.attempt, verdict: .failed,
            why: "nothing was started: \(why)", captured: [:])
        return [
            .exited(Self.exited(intent, "not started")),
            .verdict(retried(record, instance, intent)),
        ]
    }

    /// A failure the author wants tried again is no failure yet.
    private func retried(
        _ record: VerdictRecord, _ instance: StepInstance, _ intent: Intent
    ) -> VerdictRecord {
        // A step whose effect may be half gone, and that nobody can look at.
        if record.verdict == .failed, let step = instance.takesBack.flatMap(state.instance)?.step,
            step.goal == nil
        {
            return VerdictRecord(
                step: record.step, attempt: record.attempt, verdict: .unknown, why: record.why,
                captured: [:])
        }
        guard record.verdict == .failed, let retry = instance.step.retry,
            intent.ordinal < retry.attempts, hands.stopReason() == nil
        else { return record }
        return VerdictRecord(
            step: record.step, attempt: record.attempt, verdict: .absent,
            why: "attempt \(intent.ordinal) of \(retry.attempts) failed: \(record.why)",
            captured: [:])
    }

    /// What follows a verdict on an attempt of this engine's own.
    func after(_ event: Event?, _ instance: StepInstance) -> Turn {
        guard case .verdict(let record)? = event else { return .go }
        switch record.verdict {
        // An undo that is done leaves the run to a person.
        case .done: return state.standing == .running ? .go : .stop(.humanNeeded)
        case .absent:
            if let pause = instance.step.retry?.pause {
                narrator.pausing(instance.id, pause, "then it is tried again")
                hands.sleep(pause)
            }
            return .go
        case .failed, .unknown: return .stop(state.standing?.exitCode ?? .internalError)
        }
    }

    func act(_ step: Step, _ intent: Intent, _ values: Values) -> Act? {
        var values = values
        values.set("attempt.id", .string(intent.attempt))
        return try? Act(step, attempt: intent.attempt, values)
    }

    /// What an attempt without a goal came to.
    func judgeExit(
        _ instance: StepInstance, _ intent: Intent, _ exit: Exit, _ exited: Exited,
        _ stdout: [UInt8],
        _ descendants: String?
    ) -> VerdictRecord {
        // Without a goal nobody can say what it did before it failed.
        let failing: Verdict = instance.step.effect == .once ? .unknown : .failed
        let verdict: Verdict
        let why: String
        switch exit {
        case .exited(0) where descendants == nil: (verdict, why) = (.done, "exit 0")
        case .exited(let code) where descendants == nil:
            (verdict, why) = (failing, "exit \(code), \(Evaluator.text(Kept.bytes(exited.stderr)))")
        default:
            (verdict, why) = (
                .unknown, "\(exit)\(descendants.map { ", descendants remain: \($0)" } ?? "")"
            )
        }
        if verdict == .done, let problem = Capturing.problem(instance.step, stdout) {
            return VerdictRecord(
                step: instance.id, attempt: intent.attempt, verdict: failing, why: problem,
                captured: [:])
        }
        let record = VerdictRecord(
            step: instance.id, attempt: intent.attempt, verdict: verdict, why: why,
            captured: verdict == .done ? captured(instance, intent, stdout) : [:])
        return retried(record, instance, intent)
    }

    /// Observed facts and captures, under the step's name.
    func captured(_ instance: StepInstance, _ intent: Intent, _ stdout: [UInt8]) -> JSONValue {
        var captured = intent.observed
        for (name, value) in Capturing.values(instance.step, stdout, state.values(for: instance)) {
            captured[name] = value
        }
        return captured
    }

    private func askPerson(
        _ instance: StepInstance, _ intent: Intent, _ values: Values, _ rekey: Template?
    ) throws(Fault) -> Turn {
        let node = rekey.map { values.show($0) }
        switch hands.confirm(
            attempt: intent.attempt, question: values.show(instance.step.title), rekey: node)
        {
        case .nobody(let why), .declined(let why): return try wait(instance, why)
        case .given(let by, let key):
            var keys = JSONValue.object([:])
            if let node, let key {
                keys[node] = .string(key)
                hands.adopt(hostKey: key, node: node)
            }
            let exited = Exited(
                attempt: intent.attempt, ending: "answered", code: nil, stdout: by, stderr: "",
                hostKeys: keys)
            return try conclude(
                instance, intent, values, .exited(0), exited, [], nil, hands.now().monotonic)
        }
    }

    /// A note says what there was to see.
    private static func noted(_ seen: JSONValue) -> String {
        let texts = (seen.object ?? [:]).sorted { $0.key < $1.key }.compactMap(\.value.string)
        return (["noted"] + texts).joined(separator: ": ")
    }

    private func pin(
        _ instance: StepInstance, _ intent: Intent, _ values: Values, _ source: Template
    ) throws(Fault) -> Turn {
        let name = values.show(source)
        let pins = try pins(of: name)
        switch hands.pin(source: name, after: pins, attempt: intent.attempt) {
        case .pinned(let pin):
            try record(
                .exited(Self.exited(intent, "pinned")), .pinned(pin),
                .verdict(done(instance, "proven", pin, attempt: intent.attempt)))
            return .go
        case .refuted(let why), .failed(let why):
            try record(
                .exited(Self.exited(intent, "not pinned")),
                .verdict(
                    VerdictRecord(
                        step: instance.id, attempt: intent.attempt, verdict: .failed, why: why,
                        captured: [:])))
            return .stop(.stepFailed)
        }
    }

    private static func exited(_ intent: Intent, _ ending: String) -> Exited {
        Exited(
            attempt: intent.attempt, ending: ending, code: nil, stdout: "", stderr: "",
            hostKeys: [:])
    }

    func exited(
        _ intent: Intent, _ exit: Exit, _ stdout: [UInt8], _ stderr: [UInt8], silent: Bool
    ) -> Exited {
        let code: Int? = if case .exited(let code) = exit { Int(code) } else { nil }
        return Exited(
            attempt: intent.attempt, ending: exit.description, code: code,
            stdout: silent ? "" : Kept.json(stdout, store: store),
            stderr: silent ? "" : Kept.json(stderr, store: store),
            hostKeys: [:])
    }
}
