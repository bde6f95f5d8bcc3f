internal import Runbooks

/// What the engine does next.
public enum Decision: Hashable, Sendable {
    /// Ask every prerequisite.
    case prepare
    /// Make one step of a list for each element.
    case expand(StepInstance)
    /// Try the step.
    case attempt(StepInstance)
    /// Try several steps at the same time, at most so many.
    case together([StepInstance], atOnce: Int)
    /// An attempt was open when the engine last stopped: find out first.
    case settle(StepInstance, Intent)
    /// Every step is done: is the estate back?
    case confirm
    /// The run has ended or somebody must resume it.
    case rest(RunState.Standing)
}

extension RunState {
    /// What to do next; pure.
    public func decide() -> Decision {
        guard let standing, standing == .running else { return .rest(standing ?? .failed) }
        guard isPrepared else { return .prepare }
        guard let current else { return .confirm }
        if current.step.each != nil, current.item == nil { return .expand(current) }
        for instance in front { if let open = instance.open { return .settle(instance, open) } }
        if undo == nil, let group = current.group {
            return .together(front, atOnce: group.atOnce)
        }
        return .attempt(current)
    }
}
