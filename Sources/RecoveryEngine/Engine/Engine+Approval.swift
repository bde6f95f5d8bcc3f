internal import Digest
internal import Estates
internal import JSON
internal import Runbooks

/// Asking persons.
extension Engine {
    /// How long an approval that was asked for can be given, in ms: a quarter
    /// of an hour; four hours where somebody else has to be woken.
    private static func lifetime(persons: Int) -> Int { (persons > 1 ? 240 : 15) * 60 * 1000 }

    /// Asks for the approvals the step needs; `consent` is what the intent
    /// consumes. The question is written down before it is shown, so what a
    /// person sees is what is bound.
    func approve(
        _ instance: StepInstance, _ observed: JSONValue, _ action: JSONValue,
        _ consent: inout JSONValue
    ) throws(Fault) -> Stage {
        let step = instance.step
        guard step.approve > 0 else { return .next }
        let approval = approval(instance, observed, action)
        if approval != state.pendingApproval { try record(.approvalAsked(approval)) }
        let values = state.values(for: instance, observed: observed)
        let hazard = step.hazard.map { "\n  hazard: \(values.show($0))" } ?? ""
        let question = values.show(step.title) + hazard
        let target = state.plan?.targets.first ?? state.plan?.estate.name ?? ""
        switch hands.approve(approval, question: question, target: target) {
        case .given(let by, _):
            guard hands.now().wall < approval.expires else {
                return .turn(
                    try wait(
                        instance, "the approval came after it had expired; ask again with resume"))
            }
            consent = [
                "digest": .string(approval.digest), "by": by, "expires": .int(approval.expires),
            ]
            return .next
        case .declined(let why): return .turn(try wait(instance, "not approved: \(why)"))
        case .nobody(let why): return .turn(try wait(instance, "it needs an approval: \(why)"))
        }
    }

    /// The question that is still open, if it is this one; else a new one.
    private func approval(
        _ instance: StepInstance, _ observed: JSONValue, _ action: JSONValue
    ) -> Approval {
        let ordinal = instance.ordinal + 1
        let now = hands.now().wall
        if let pending = state.pendingApproval, pending.step == instance.id,
            pending.ordinal == ordinal, pending.action == action, pending.observed == observed,
            now < pending.expires
        {
            return pending
        }
        let expires = now + Self.lifetime(persons: instance.step.approve)
        let bound: JSONValue = [
            "plan": .string(state.plan?.digest ?? ""), "step": .string(instance.id),
            "ordinal": .int(ordinal), "action": action, "observed": observed,
            "expires": .int(expires),
        ]
        return Approval(
            step: instance.id, ordinal: ordinal, observed: observed, action: action,
            persons: instance.step.approve, expires: expires, digest: SHA256.hex(bound.text))
    }
}
