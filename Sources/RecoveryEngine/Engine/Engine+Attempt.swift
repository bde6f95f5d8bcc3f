internal import Digest
internal import JSON
internal import Runbooks

/// One attempt up to its intent:
/// observe → approve → goal → guard → identity → intent.
extension Engine {
    /// Where a stage before the intent leads.
    enum Stage {
        /// On to the next stage.
        case next
        case turn(Turn)
    }

    /// An attempt whose intent can be written.
    struct Ready {
        let instance: StepInstance
        let intent: Intent
        let values: Values
    }

    func attempt(_ instance: StepInstance) throws(Fault) -> Turn {
        let step = instance.step
        hands.reached("begin \(instance.id)")
        // A note somebody has to approve, or to be shown something for, is an attempt.
        let isBare = step.approve == 0 && step.observe.isEmpty
        if step.action == .note && isBare || step.action == nil && step.goal == nil {
            try record(.verdict(done(instance, "noted", [:])))
            return .go
        }
        guard step.action != nil else { return try wait(instance, until: end(step.timeout)) }
        var ready: Ready?
        if case .turn(let turn) = try prepare(instance, &ready) { return turn }
        guard let ready else { return .go }
        try record(.intent(ready.intent))
        return try act(instance, ready.intent, ready.values)
    }

    /// Everything up to the intent, with the attempt's lock taken.
    func prepare(_ instance: StepInstance, _ ready: inout Ready?) throws(Fault) -> Stage {
        let step = instance.step, end = end(step.timeout)
        var observed = JSONValue.object([:])
        if case .turn(let turn) = try observe(instance, until: end, &observed) {
            return .turn(turn)
        }
        let id = attemptID(instance)
        let values = state.values(for: instance, attempt: id, observed: observed)
        let action: JSONValue
        do {
            action = try step.actionJSON(values)
        } catch {
            return .turn(try fail(instance, error.description))
        }
        var consent = JSONValue.object([:])
        if case .turn(let turn) = try approve(instance, observed, action, &consent) {
            return .turn(turn)
        }
        var answers = JSONValue.object([:])
        if case .turn(let turn) = try askGoal(instance, values, observed, until: end, &answers) {
            return .turn(turn)
        }
        if case .turn(let turn) = try askGuard(instance, values, until: end, &answers) {
            return .turn(turn)
        }
        // Nothing has happened yet: a wish to stop, or an approval that has
        // run out meanwhile, is heard now.
        if hands.stopReason() != nil { return .turn(.go) }
        if consent["expires"]?.int.map({ $0 <= hands.now().wall }) ?? false {
            return .turn(try wait(instance, "the approval has expired; ask again with resume"))
        }
        let intent = intent(instance, id, observed, action, answers, consent)
        if step.startsChild, let why = hands.lock(attempt: intent.attempt) {
            return .turn(try fail(instance, why))
        }
        hands.reached("after lock")
        ready = Ready(instance: instance, intent: intent, values: values)
        return .next
    }

    /// A goal without an action: it holds some day, or a human is needed.
    private func wait(_ instance: StepInstance, until end: Int) throws(Fault) -> Turn {
        guard let goal = instance.step.goal else { return .go }
        let values = state.values(for: instance)
        let finding = poll(instance.id, until: end, for: [.holds], minding: true) {
            ask(goal, values)
        }
        if finding.answer == .holds {
            try record(.verdict(done(instance, finding.why, [:])))
            return .go
        }
        return hands.stopReason() != nil ? .go : try wait(instance, finding.why)
    }

    private func observe(
        _ instance: StepInstance, until end: Int, _ observed: inout JSONValue
    ) throws(Fault) -> Stage {
        for observation in instance.step.observe {
            let values = state.values(for: instance)
            var text = ""
            let finding = poll(instance.id, until: end, for: [.holds], minding: true) {
                read(observation.question, values, &text)
            }
            guard finding.answer == .holds else {
                return .turn(hands.stopReason() != nil ? .go : try wait(instance, finding.why))
            }
            observed[observation.name] = .string(text)
            guard text.isEmpty else { continue }
            if observation.absent == .stop {
                return .turn(try fail(instance, "\(observation.name) was not found"))
            }
            // What an earlier attempt saw stays known under the step's name.
            let known = instance.firstObserved ?? observed
            try record(.verdict(done(instance, "\(observation.name) is not there", known)))
            return .turn(.go)
        }
        // A newcomer under the old name is never touched.
        if let first = instance.firstObserved,
            instance.step.identified(first) != instance.step.identified(observed)
        {
            return .turn(
                try wait(
                    instance,
                    "what is there now is not what the first attempt saw: "
                        + "then \(first.text), now \(observed.text)"))
        }
        return .next
    }

    /// Reads one fact; *holds* means it could be read, even if it is empty.
    func read(_ question: Question, _ values: Values, _ text: inout String) -> Finding {
        guard let request = try? Request(question, values) else {
            return Finding(.cannotTell, "a value is missing")
        }
        switch hands.ask(request, deadline: Self.questionLimit) {
        case .ran(.exited(0), let stdout, _):
            guard String(validating: stdout, as: UTF8.self) != nil else {
                return Finding(.cannotTell, "\(request.description): it printed what is no text")
            }
            text = Evaluator.text(stdout)
            return Finding(.holds, "read")
        case .ran(let exit, _, let stderr):
            return Finding(
                .cannotTell, "\(request.description): \(exit), \(Evaluator.lastLine(stderr))")
        case .answered(let finding): return finding
        case .cannot(let why): return Finding(.cannotTell, why)
        case .http(let reply):
            guard reply.status == 200 else {
                return Finding(.cannotTell, "\(request.description): status \(reply.status)")
            }
            text = Evaluator.text(reply.body)
            return Finding(.holds, "read")
        }
    }

    private func askGoal(
        _ instance: StepInstance, _ values: Values, _ observed: JSONValue, until end: Int,
        _ answers: inout JSONValue
    ) throws(Fault) -> Stage {
        // A person's work is asked for, not looked for: before it nothing can be there.
        guard let goal = instance.step.goal, !instance.step.asksPerson else { return .next }
        var finding = poll(instance.id, until: end, for: [.holds, .fails], minding: true) {
            ask(goal, values)
        }
        // What failed before may still be on its way: the goal must fail twice.
        if finding.answer == .fails, instance.hasFailed, instance.step.effect == .derived {
            let settle = hands.settle(instance.step.settle)
            narrator.pausing(
                instance.id, settle, "what the attempt before set going may still arrive")
            hands.sleep(settle)
            finding = ask(goal, values)
        }
        answers["goal"] = .string(finding.answer.rawValue)
        switch finding.answer {
        case .holds:
            try record(.verdict(done(instance, "it was there already", observed)))
            return .turn(.go)
        case .fails: return .next
        case .cannotTell:
            return .turn(hands.stopReason() != nil ? .go : try wait(instance, finding.why))
        }
    }

    func askGuard(
        _ instance: StepInstance, _ values: Values, until end: Int, _ answers: inout JSONValue
    ) throws(Fault) -> Stage {
        if let check = instance.step.guardCheck {
            let finding = poll(instance.id, until: end, for: [.holds, .fails], minding: true) {
                ask(check, values)
            }
            answers["guard"] = .string(finding.answer.rawValue)
            switch finding.answer {
            case .holds: break
            case .fails: return .turn(try fail(instance, "the guard does not hold: \(finding.why)"))
            case .cannotTell:
                return .turn(hands.stopReason() != nil ? .go : try wait(instance, finding.why))
            }
        }
        return try askIdentity(instance, values, until: end, &answers)
    }

    /// It is the cluster we mean; it is the same boot of the host afterwards.
    private func askIdentity(
        _ instance: StepInstance, _ values: Values, until end: Int, _ answers: inout JSONValue
    ) throws(Fault) -> Stage {
        let finding: Finding
        switch try? instance.step.place(values) {
        case .cluster(let cluster):
            finding = poll(instance.id, until: end, for: [.holds, .fails], minding: true) {
                hands.identity(cluster: cluster)
            }
            answers["identity"] = .string(finding.answer.rawValue)
        case .host(let host):
            finding = poll(instance.id, until: end, for: [.holds, .fails], minding: true) {
                hands.hostBoot(host)
            }
            answers["host-boot"] = .string(finding.why)
        case .here, nil: return .next
        }
        if finding.answer == .holds { return .next }
        return .turn(hands.stopReason() != nil ? .go : try wait(instance, finding.why))
    }

    /// Unique in all journals: the run's name holds chance.
    private func attemptID(_ instance: StepInstance) -> String {
        // No id holds two hyphens, so two ids never give one name.
        let name = instance.id.map { $0 == "." ? "--" : String($0) }.joined()
        return "\(run)-\(name)-\(instance.ordinal + 1)"
    }

    private func intent(
        _ instance: StepInstance, _ attempt: String, _ observed: JSONValue, _ action: JSONValue,
        _ answers: JSONValue,
        _ approval: JSONValue
    ) -> Intent {
        let now = hands.now()
        return Intent(
            step: instance.id, ordinal: instance.ordinal + 1, attempt: attempt,
            observed: observed,
            action: action, answers: answers, approval: approval, boot: now.boot,
            monotonic: now.monotonic,
            wall: now.wall)
    }

    func done(
        _ instance: StepInstance, _ why: String, _ captured: JSONValue, attempt: String? = nil
    ) -> VerdictRecord {
        VerdictRecord(
            step: instance.id, attempt: attempt, verdict: .done, why: why, captured: captured)
    }

    func fail(_ instance: StepInstance, _ why: String) throws(Fault) -> Turn {
        try record(.failed(step: instance.id, why: why))
        return .stop(.stepFailed)
    }

    func wait(_ instance: StepInstance, _ why: String) throws(Fault) -> Turn {
        try record(.waiting(step: instance.id, why: why))
        return .stop(.humanNeeded)
    }
}
