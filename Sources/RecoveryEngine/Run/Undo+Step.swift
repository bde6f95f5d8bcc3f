internal import Runbooks

extension Undo {
    /// The undo as a step of its own, so that it is done, recorded and settled
    /// like any other.
    func step(of step: Step) -> Step {
        var undo = Step(
            id: "\(step.id).undo",
            title: Template(before: "Take back: ", step.title), timeout: timeout)
        undo.each = step.each
        undo.action = action
        undo.goal = goal
        undo.effect = effect
        undo.settle = step.settle
        undo.gitops = step.gitops
        return undo
    }
}
