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
        var values = state.values(for: instance, attempt: intent.attempt, observed: intent.observed)
        values.set("run.id", .string(run))
        // A person, or the journal's own work: the same question again.
        guard let act = try? Act(step, attempt: intent.attempt, values) else {
            return try act(instance, intent, values)
        }
        let interval = hands.settle(step.settle)
        let start = hands.now().monotonic
        let late = max(lateness(intent), end(interval * 3, from: start))
        var fails = 0
        var lastFail = start
        var pause = Duration.milliseconds(100)
        while true {
            // The evidence first: a *fails* counts only behind it.
            let evidence = hands.evidence(
                of: intent.attempt, act: act, boot: intent.boot,
                hostBoot: intent.answers["host-boot"]?.string)
            let finding = step.goal.map {
                ask($0, values, last: instance.exit ?? exited(intent, evidence, act))
            }
            let now = hands.now().monotonic
            if case .ended = evidence, finding?.answer == .fails {
                if fails == 0 || now - lastFail >= Int(interval / .nanoseconds(1)) {
                    fails += 1
                    lastFail = now
                }
            } else {
                fails = 0
            }
            let settlement = Settlement.decide(
                evidence, goal: finding?.answer, failsApart: fails, effect: step.effect,
                isLate: now >= late)
            if settlement != .wait {
                return try carry(
                    out: settlement, isLive, instance, intent, values, act, finding, evidence)
            }
            if hands.stopReason() != nil { return .go }
            if let finding { narrator.waiting(instance.id, finding) }
            hands.sleep(pause)
            pause = min(pause * 3 / 2, min(interval / 2, .seconds(3)))
        }
    }

    /// When the attempt's own time is over, on the boot clock.
    private func lateness(_ intent: Intent) -> Int {
        let now = hands.now()
        guard now.boot == intent.boot else { return now.monotonic }
        let timeout = state.current?.step.timeout ?? .zero
        return end(timeout, from: intent.monotonic)
    }

    /// What `attempt` would say of an attempt whose end was found out.
    private func exited(_ intent: Intent, _ evidence: Evidence, _ act: Act) -> Exited? {
        guard case .ended(let exit?) = evidence else { return nil }
        let output = hands.output(of: intent.attempt)
        return Self.exited(
            intent, exit, output?.stdout ?? [], output?.stderr ?? [], silent: act.isSilent)
    }

    private func carry(
        out settlement: Settlement, _ isLive: Bool, _ instance: StepInstance, _ intent: Intent,
        _ values: Values, _ act: Act,
        _ finding: Finding?, _ evidence: Evidence
    ) throws(Fault) -> Turn {
        let why = finding?.why ?? ""
        switch settlement {
        case .perform: return try performAgain(instance, intent, values)
        case .wait: return .go
        case .done:
            let stdout = hands.output(of: intent.attempt)?.stdout ?? []
            if let problem = Capturing.problem(instance.step, stdout) {
                return try close(
                    instance, intent, .absent,
                    "its output is lost, so it is asked again: \(problem)", act)
            }
            try record(
                .verdict(
                    done(
                        instance, "found after a stop: \(why)", captured(instance, intent, stdout),
                        attempt: intent.attempt)))
            hands.forget(attempt: intent.attempt, act: act)
            return .go
        case .again where isLive: return try close(instance, intent, .failed, why, act)
        case .again:
            return try close(instance, intent, .absent, "nothing of it lives, and \(why)", act)
        case .unknown(let reason):
            try record(
                .verdict(
                    VerdictRecord(
                        step: instance.id, attempt: intent.attempt, verdict: .unknown,
                        why: why.isEmpty ? reason : "\(reason); \(why)", captured: [:])))
            return .stop(.humanNeeded)
        }
    }

    private func close(
        _ instance: StepInstance, _ intent: Intent, _ verdict: Verdict, _ why: String, _ act: Act
    ) throws(Fault) -> Turn {
        try record(
            .verdict(
                VerdictRecord(
                    step: instance.id, attempt: intent.attempt, verdict: verdict, why: why,
                    captured: [:])))
        hands.forget(attempt: intent.attempt, act: act)
        return verdict == .failed ? .stop(.stepFailed) : .go
    }

    /// The intent stands and nothing was started: the same attempt goes on,
    /// behind its guard and the cluster's identity.
    private func performAgain(
        _ instance: StepInstance, _ intent: Intent, _ values: Values
    ) throws(Fault) -> Turn {
        var answers = JSONValue.object([:])
        if case .turn(let turn) = try askGuard(
            instance, values, until: end(instance.step.timeout), &answers)
        {
            return turn
        }
        return try act(instance, intent, values)
    }
}
