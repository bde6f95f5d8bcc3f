internal import Runbooks

/// Which fact may follow where: the table of `RunState`, as code.
extension RunState {
    /// Why `event` cannot come now, or nil.
    public func objection(to event: Event) -> String? {
        guard let standing else {
            if case .began = event { return nil }
            return "the run has not begun"
        }
        if standing.isEnd { return "the run has ended (\(standing.rawValue))" }
        switch event {
        case .began: return "the run has begun already"
        case .resumed, .abandoned: return nil
        case .resolved(let step, let resolution, _):
            return wrongStep(step) ?? (resolution == .left ? objection(toLeaving: step) : nil)
        case .undoing(let step): return objection(toUndoing: step)
        // The last words on a full disk may follow whatever stopped the run.
        case .halted: return nil
        default: break
        }
        guard standing == .running || isLanding(event) else {
            return "the run is \(standing.rawValue) and was not resumed"
        }
        return objectionWhileRunning(event)
    }

    /// The end of an attempt that was on its way when another of its group
    /// stopped the run.
    private func isLanding(_ event: Event) -> Bool {
        let attempt: String?
        switch event {
        case .exited(let exited): attempt = exited.attempt
        case .verdict(let record): attempt = record.attempt
        default: return false
        }
        return front.contains { $0.group != nil && $0.open != nil && $0.open?.attempt == attempt }
    }

    private func objectionWhileRunning(_ event: Event) -> String? {
        switch event {
        case .expanded(let step, _):
            return current?.id == step && current?.step.each != nil && current?.item == nil
                ? nil : "step \(step) is not to be expanded now"
        case .approvalAsked(let approval): return wrongStep(approval.step) ?? openAttempt
        case .intent(let intent): return objection(to: intent)
        case .exited(let exited):
            return front.contains { $0.open?.attempt == exited.attempt }
                ? nil : "no such open attempt"
        case .verdict(let record):
            if let wrong = wrongStep(record.step) { return wrong }
            if record.attempt != instance(record.step)?.open?.attempt {
                return "the verdict is not on the open attempt"
            }
            return record.attempt == nil && record.verdict != .done
                ? "only done needs no attempt" : nil
        case .failed(let step, _): return wrongStep(step)
        case .waiting(let step, _): return step.flatMap(wrongStep)
        case .recovered: return current == nil ? nil : "step \(current?.id ?? "") is not done"
        default: return nil
        }
    }

    private func objection(to intent: Intent) -> String? {
        if let wrong = wrongStep(intent.step) { return wrong }
        guard let instance = instance(intent.step) else { return "there is no such step" }
        let most = instance.group?.atOnce ?? 1
        let open = front.compactMap(\.open)
        if let own = instance.open ?? (open.count >= most ? open.first : nil) {
            return "attempt \(own.attempt) is open"
        }
        return intent.ordinal == instance.ordinal + 1
            ? nil : "attempt \(intent.ordinal) is out of order"
    }

    /// Why the run cannot end without `step`, or nil.
    private func objection(toLeaving step: String) -> String? {
        guard let suspension, suspension.left == [step] else {
            return "step \(step) is not the last step of a hand-back; only that one can be left"
        }
        return instance(step)?.open == nil ? nil : "an attempt of step \(step) is open"
    }

    /// Why the undo of `step` cannot be done now, or nil.
    private func objection(toUndoing step: String) -> String? {
        guard let instance = steps[step] else {
            return "the run has no step \(step)"
        }
        if undo != nil { return "another undo is being done" }
        if let open = instances.first(where: { $0.open != nil }) {
            return "attempt \(open.open?.attempt ?? "") is open"
        }
        if instance.step.undo == nil { return "step \(step) has no undo" }
        if instance.isTakenBack { return "step \(step) was taken back already" }
        // Its place in the hand-back may be behind us, and nobody would let it go again.
        if instance.step.gitops == .freeze, isHandingBack {
            return
                "GitOps is being handed back: what step \(step) stopped goes on with the rest of it"
        }
        return instance.isDone || instance.ordinal > 0 ? nil : "step \(step) was not done"
    }

    private func wrongStep(_ step: String) -> String? {
        front.contains { $0.id == step } ? nil : "step \(step) is not the one the run stands at"
    }

    private var openAttempt: String? {
        current?.open.map { "attempt \($0.attempt) is open" }
    }
}
