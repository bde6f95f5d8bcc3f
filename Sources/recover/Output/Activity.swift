internal import RecoveryEngine
internal import Runbooks

/// What a run is doing while nothing is written.
enum Activity {
    /// - Parameter isTakenUp: nothing was written since the run was resumed.
    static func words(_ state: RunState, isTakenUp: Bool = false) -> String {
        guard state.isPrepared else { return "asks the prerequisites" }
        guard let current = state.current else { return "asks whether the estate is back" }
        let open = state.front.filter { $0.open != nil }
        if open.count > 1 { return "\(open.count) steps are at work" }
        guard current.open == nil else { return words(open: current, isTakenUp) }
        if state.pendingApproval?.step == current.id { return "waits for an approval" }
        if current.step.action == nil { return "waits until it is so" }
        if current.hasFailed, current.step.effect == .derived {
            let settle = (current.step.settle ?? .seconds(75)) / .milliseconds(1)
            return "settling: waiting up to \(Span.words(Int(settle))) "
                + "so that an effect in flight can land"
        }
        return "asks whether it is needed and allowed"
    }

    private static func words(open current: StepInstance, _ isTakenUp: Bool) -> String {
        switch current.step.action {
        case .ask: return "waits for a person"
        case .pin: return "fetches and proves the desired state"
        default: break
        }
        if isTakenUp { return "settling: finding out what became of attempt \(current.ordinal)" }
        return current.exit == nil
            ? "its command is at work" : "its command has ended; the effect is not there yet"
    }
}
