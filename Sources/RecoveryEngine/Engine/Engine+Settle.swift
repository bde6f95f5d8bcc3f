internal import JSON
internal import Runbooks

/// An attempt that was open when the engine stopped.
extension Engine {
    /// `isLive`: the attempt is this engine's own; then nothing is tried again
    /// by itself.
    func settle(
        _ instance: StepInstance, _ intent: Intent, isLive: Bool = false
    ) throws(Fault) -> Turn {
        let step = instance.step
        let values = state.values(for: instance, attempt: intent.attempt, observed: intent.observed)
        // A person, or the journal's own work: the same question again.
        guard let act = try? Act(step, attempt: intent.attempt, values) else {
            return try act(instance, intent, values)
        }
        let interval = hands.settle(step.settle)
        let late = max(lateness(step, intent), end(interval * 3))
        var heard = FailsHeard(interval: interval)
        var pause = Duration.milliseconds(100)
        while true {
            // The evidence first: a *fails* counts only behind it.
            let evidence = hands.evidence(
                of: intent.attempt, act: act, boot: intent.boot,
                hostBoot: intent.answers["host-boot"]?.string)
            let known = known(instance, intent, evidence, act)
            let finding = step.goal.map { ask($0, values, of: instance, last: known?.exited) }
            let now = hands.now().monotonic
            heard.hear(finding?.answer, behind: evidence, at: now)
            let settlement = Settlement.decide(
                evidence, goal: finding?.answer, failsApart: heard.count, effect: step.effect,
                isLate: now >= late)
            if settlement != .wait {
                let doubt = Doubt(
                    intent: intent, act: act, evidence: evidence, isLive: isLive,
                    why: finding?.why ?? "", stdout: known?.stdout)
                return try carry(out: settlement, instance, doubt, values)
            }
            if hands.stopReason() != nil { return .go }
            if let finding { narrator.waiting(instance.id, finding) }
            hands.sleep(pause)
            pause = min(pause * 3 / 2, min(interval / 2, .seconds(3)))
        }
    }

    /// What is known of an attempt in doubt.
    struct Doubt {
        let intent: Intent
        let act: Act
        let evidence: Evidence
        let isLive: Bool
        /// What the goal said.
        let why: String
        /// All it printed; nil when some may be lost.
        let stdout: [UInt8]?

        /// Its unit goes with it only when it surely has ended: a claimed name
        /// must stay claimed, and a unit that works must not be stopped.
        var leftover: Act? { if case .ended = evidence { act } else { nil } }
    }

    /// When the attempt's own time is over, on the boot clock.
    private func lateness(_ step: Step, _ intent: Intent) -> Int {
        let now = hands.now()
        guard now.boot == intent.boot else { return now.monotonic }
        return end(step.timeout, from: intent.monotonic)
    }

    /// How the attempt ended and all it printed, as far as both are known.
    private func known(
        _ instance: StepInstance, _ intent: Intent, _ evidence: Evidence, _ act: Act
    ) -> (exited: Exited, stdout: [UInt8]?)? {
        if let exited = state.instance(instance.id)?.exit, exited.code != nil {
            return (exited, act.isSilent ? nil : whole(exited.stdout))
        }
        guard case .ended(let exit?) = evidence,
            let output = hands.output(of: intent.attempt, act: act)
        else { return nil }
        let exited = exited(
            intent, exit, output.stdout, output.stderr, silent: act.isSilent)
        return (exited, output.stdout)
    }

    private func carry(
        out settlement: Settlement, _ instance: StepInstance, _ doubt: Doubt, _ values: Values
    ) throws(Fault) -> Turn {
        switch settlement {
        case .perform where doubt.isLive:
            return try close(instance, doubt, .failed, "nothing was started")
        case .perform: return try performAgain(instance, doubt, values)
        case .wait: return .go
        case .done: return try found(instance, doubt)
        case .again where doubt.isLive: return try close(instance, doubt, .failed, doubt.why)
        case .again:
            return try close(instance, doubt, .absent, "nothing of it lives, and \(doubt.why)")
        case .unknown(let reason):
            let why = doubt.why.isEmpty ? reason : "\(reason); \(doubt.why)"
            return try close(instance, doubt, .unknown, why)
        }
    }

    /// The effect is there; what the step keeps of its output must be, too.
    private func found(_ instance: StepInstance, _ doubt: Doubt) throws(Fault) -> Turn {
        let step = instance.step
        if !step.capture.isEmpty, doubt.stdout.map({ Capturing.problem(step, $0) != nil }) ?? true {
            let why = "what it printed is lost, and later steps need it"
            return try close(instance, doubt, step.effect == .repeatable ? .absent : .unknown, why)
        }
        let captured = captured(instance, doubt.intent, doubt.stdout ?? [])
        try record(
            .verdict(
                done(
                    instance, "found after a stop: \(doubt.why)", captured,
                    attempt: doubt.intent.attempt)))
        hands.forget(attempt: doubt.intent.attempt, act: doubt.leftover)
        return state.standing == .running ? .go : .stop(.humanNeeded)
    }

    private func close(
        _ instance: StepInstance, _ doubt: Doubt, _ verdict: Verdict, _ why: String
    ) throws(Fault) -> Turn {
        try record(
            .verdict(
                VerdictRecord(
                    step: instance.id, attempt: doubt.intent.attempt, verdict: verdict, why: why,
                    captured: [:])))
        if verdict == .unknown { return .stop(.humanNeeded) }
        hands.forget(attempt: doubt.intent.attempt, act: doubt.leftover)
        return verdict == .failed ? .stop(.stepFailed) : .go
    }

    /// The intent stands and nothing was started: the same attempt goes on,
    /// behind its guard and the cluster's identity.
    private func performAgain(
        _ instance: StepInstance, _ doubt: Doubt, _ values: Values
    ) throws(Fault) -> Turn {
        var answers = JSONValue.object([:])
        if case .turn(let turn) = try askGuard(
            instance, values, until: end(instance.step.timeout), &answers)
        {
            return turn
        }
        for observation in instance.step.observe where observation.isOfDesiredState {
            var text = ""
            let finding = read(observation.question, values, &text)
            // The next attempt asks for longer, and can be left.
            guard finding.answer == .holds else {
                return try close(
                    instance, doubt, .absent, "it never started, and \(finding.why)")
            }
            guard doubt.intent.observed[observation.name] == .string(text) else {
                return try close(
                    instance, doubt, .absent, "it never started, and what was agreed to has changed"
                )
            }
        }
        // A host that started anew is another place: the intent names its boot.
        guard answers["host-boot"] == doubt.intent.answers["host-boot"] else {
            return try close(instance, doubt, .absent, "it never started, and its host did anew")
        }
        return try act(instance, doubt.intent, values)
    }
}

/// Answers *fails* heard one after the other, at least an interval apart.
private struct FailsHeard {
    let interval: Duration
    private(set) var count = 0
    private var last = 0

    init(interval: Duration) { self.interval = interval }

    /// Only what is heard while nothing of the attempt lives counts.
    mutating func hear(_ answer: Answer?, behind evidence: Evidence, at now: Int) {
        guard case .ended = evidence, answer == .fails else {
            count = 0
            return
        }
        guard count == 0 || now - last >= Int(interval / .nanoseconds(1)) else { return }
        count += 1
        last = now
    }
}
