internal import Runbooks

/// What a run has stopped of GitOps and not handed back.
///
/// Told by the marks of the steps: those with `gitops: freeze` stop an engine,
/// those with `gitops: resume` let it go on.
public struct Suspension: Hashable, Sendable {
    /// Steps that stopped something, or may have, in order.
    public let stopped: [String]
    /// Steps of the hand-back that are not done, in order; empty where the
    /// runbook has none.
    public let left: [String]
    /// Some of the hand-back is done: a part of GitOps goes on, a part does not.
    public let isPartial: Bool
    /// The last step of the hand-back, which a person had the run end without.
    public let leftBehind: String?

    /// nil for a run that stopped nothing, or has handed all of it back.
    init?(_ instances: [StepInstance]) {
        // One that was found there already is not this run's.
        let stopped = instances.filter { $0.step.gitops == .freeze && $0.mayStand }
        let resuming = instances.filter { $0.step.gitops == .resume }
        let began = resuming.contains(where: \.mayStand)
        let left = resuming.filter { !$0.isDone || $0.isLeft }
        guard !stopped.isEmpty || began, !left.isEmpty || resuming.isEmpty else { return nil }
        self.stopped = stopped.map(\.id)
        self.left = left.map(\.id)
        isPartial = began
        leftBehind = left.first(where: \.isLeft)?.id
    }
}

extension StepInstance {
    /// It acted in this run and was not taken back.
    fileprivate var mayStand: Bool { ordinal > 0 && !isTakenBack }
}

extension RunState {
    /// What this run has stopped of GitOps and not handed back; nil: nothing.
    public var suspension: Suspension? { Suspension(instances) }

    /// Some of the hand-back is behind us, be it that it was found done.
    var isHandingBack: Bool {
        instances.contains { $0.step.gitops == .resume && ($0.isDone || $0.ordinal > 0) }
    }
}
