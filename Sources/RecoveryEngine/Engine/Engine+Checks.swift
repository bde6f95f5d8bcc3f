internal import JSON
internal import Runbooks

/// Asking, and asking again.
extension Engine {
    /// One question's longest life; a poll asks many.
    static var questionLimit: Duration { .seconds(20) }

    /// What is left to a poll; a little at least, so that what answers is heard.
    private var questionDeadline: Duration {
        guard let pollEnd else { return Self.questionLimit }
        let left = Duration.nanoseconds(pollEnd - hands.now().monotonic)
        return max(.seconds(5), min(Self.questionLimit, left))
    }

    /// Asks `check` once.
    func ask(
        _ check: Check, _ values: Values, of instance: StepInstance? = nil, last: Exited? = nil
    ) -> Finding {
        let hands = hands, state = state, questionDeadline = questionDeadline
        let isOpen = instance.flatMap { state.instance($0.id)?.open } != nil
        return Evaluator(values: values) { request in
            if case .attempt = request { return self.reply(last, isOpen) }
            let reply = hands.ask(request, deadline: questionDeadline)
            // A person's word stands in for an answer, never against one.
            if case .poweredOff(let node) = request, state.isAttestedOff(node),
                case .answered(let finding) = reply, finding.answer == .cannotTell
            {
                return .answered(Finding(.holds, "two persons vouched for it in this run"))
            }
            return reply
        }.evaluate(check)
    }

    private func reply(_ exited: Exited?, _ isOpen: Bool) -> Reply {
        guard let exited else {
            return isOpen
                ? .cannot("how the attempt ended is not known")
                : .answered(Finding(.fails, "there was no attempt"))
        }
        guard let code = exited.code else {
            return .cannot("the attempt did not exit by itself: \(exited.ending)")
        }
        // What is asked of an output is asked of all of it.
        guard let stdout = whole(exited.stdout), let stderr = whole(exited.stderr) else {
            return .cannot("not all that the attempt printed is known")
        }
        return .ran(.exited(Int32(clamping: code)), stdout: stdout, stderr: stderr)
    }

    /// Asks until the answer is in `answers`, the time is over or somebody
    /// wants to stop; the last finding.
    func poll(
        _ step: String, until end: Int, for answers: Set<Answer>, minding stop: Bool,
        _ ask: () -> Finding
    ) -> Finding {
        var pause = Duration.milliseconds(100)
        pollEnd = end
        defer { pollEnd = nil }
        while true {
            let finding = ask()
            let left = end - hands.now().monotonic
            let isStopped = stop ? hands.stopReason() != nil : hands.mustStop()
            if answers.contains(finding.answer) || left <= 0 || isStopped {
                return finding
            }
            narrator.waiting(step, finding)
            hands.sleep(min(pause, .nanoseconds(left)))
            pause = min(pause * 3 / 2, .seconds(3))
        }
    }

    /// The moment a timeout that starts now is over, on the boot clock.
    func end(_ timeout: Duration, from start: Int? = nil) -> Int {
        (start ?? hands.now().monotonic) + Int(timeout / .nanoseconds(1))
    }

    /// Every prerequisite, all told at once.
    func prepare() throws(Fault) -> Turn {
        guard let plan = state.plan else { return .stop(.internalError) }
        var answers: [JSONValue] = []
        var objections: [String] = []
        for cluster in plan.clusters {
            let finding = hands.identity(cluster: cluster)
            answers.append(Self.record("identity-\(cluster)", finding))
            if finding.answer != .holds { objections.append("\(cluster): \(finding.why)") }
        }
        // A question to the wrong cluster would be answered, and mean nothing.
        if objections.isEmpty {
            for prerequisite in plan.prerequisites {
                let finding = ask(prerequisite.check, state.values)
                answers.append(Self.record(prerequisite.id, finding))
                guard finding.answer != .holds else { continue }
                let remedy = prerequisite.otherwise.map { " \(state.values.show($0))" } ?? ""
                objections.append(
                    "\(state.values.show(prerequisite.title)): \(finding.why).\(remedy)")
            }
        }
        guard objections.isEmpty else {
            try record(.waiting(step: nil, why: objections.joined(separator: "\n")))
            return .stop(.notReady)
        }
        try record(.prerequisites(answers))
        return .go
    }

    /// The checks that say the estate is back.
    func confirm() throws(Fault) -> Turn {
        guard let plan = state.plan else { return .stop(.internalError) }
        var answers: [JSONValue] = []
        for recovery in plan.recovered {
            let values = state.values
            let finding = poll(
                recovery.id, until: end(recovery.within), for: [.holds], minding: true
            ) {
                ask(recovery.check, values)
            }
            if finding.answer != .holds {
                if hands.stopReason() != nil { return .go }
                try record(
                    .waiting(step: nil, why: "\(values.show(recovery.title)): \(finding.why)"))
                return .stop(.humanNeeded)
            }
            answers.append(Self.record(recovery.id, finding))
        }
        try record(.recovered(answers))
        return .stop(.recovered)
    }

    private static func record(_ id: String, _ finding: Finding) -> JSONValue {
        [
            "id": .string(id), "answer": .string(finding.answer.rawValue),
            "why": .string(finding.why),
        ]
    }
}

extension RunState {
    /// A person resolved a step that only asks whether `node` is off.
    func isAttestedOff(_ node: String) -> Bool {
        instances.contains { instance in
            guard attested.contains(instance.id), instance.step.action == nil,
                case .question(.prove(.poweredOff(let subject)), _)? = instance.step.goal
            else { return false }
            return values(for: instance).show(subject) == node
        }
    }
}
