internal import Digest
internal import Estates
internal import JSON
internal import Runbooks

/// Asking persons.
extension Engine {
    /// How long an approval that was asked for can be given.
    private static var approvalLifetime: Int { 15 * 60 * 1000 }

    /// Asks for the approvals the step needs; `consent` is what the intent
    /// consumes. The question is written down before it is shown, so what a
    /// person sees is what is bound.
    func approve(
        _ instance: StepInstance, _ observed: JSONValue, _ action: JSONValue,
        _ consent: inout JSONValue
    ) throws(Fault) -> Stage {
        let step = instance.step
        guard step.approve > 0 else { return .next }
        let expires = hands.now().wall + Self.approvalLifetime
        let bound: JSONValue = [
            "plan": .string(state.plan?.digest ?? ""), "step": .string(instance.id),
            "ordinal": .int(instance.ordinal + 1), "action": action, "observed": observed,
            "expires": .int(expires),
        ]
        let approval = Approval(
            step: instance.id, ordinal: instance.ordinal + 1, observed: observed, action: action,
            persons: step.approve, expires: expires, digest: SHA256.hex(bound.text))
        try record(.approvalAsked(approval))
        let values = state.values(for: instance, observed: observed)
        let hazard = step.hazard.map { "\n  hazard: \(values.show($0))" } ?? ""
        let question = values.show(step.title) + hazard
        let target = state.plan?.targets.first ?? state.plan?.estate.name ?? ""
        switch hands.approve(approval, question: question, target: target) {
        case .given(let by, _):
            guard hands.now().wall < expires else {
                return .turn(
                    try wait(
                        instance, "the approval came after it had expired; ask again with resume"))
            }
            consent = ["digest": .string(approval.digest), "by": by]
            return .next
        case .declined(let why): return .turn(try wait(instance, "not approved: \(why)"))
        case .nobody(let why): return .turn(try wait(instance, "it needs an approval: \(why)"))
        }
    }
}
