internal import RecoveryEngine
internal import Runbooks

/// What nobody does any more once a run has ended, as commands to type.
struct LeftOver {
    let state: RunState

    var lines: [String] {
        guard state.standing?.isEnd == true else { return [] }
        let isHandedBack = state.suspension?.isPartial == true
        let rest = isHandedBack ? handBack : []
        let isFreezeGone = !rest.isEmpty
        return rest + (state.standing == .abandoned ? takenBack(butFreezes: isFreezeGone) : [])
    }

    /// The steps of the hand-back that were not done, each for what it is about as far as
    /// that is known, and what finds out the rest before it is changed.
    private var handBack: [String] {
        let open = state.foreseen.filter { !$0.isDone || $0.isLeft }
        let acting = open.filter { $0.step.gitops == .resume }
        if acting.isEmpty { return [] }
        let named = acting.map { command($0) + (list($0) ?? "") }.joined(separator: "\n")
        let steps = open.compactMap { instance -> String? in
            let found = instance.step.capture.map { (name: "\(instance.id).\($0.name)", $0.json) }
                .filter { named.contains($0.name) }
            guard instance.step.gitops == .resume || !found.isEmpty else { return nil }
            let notes =
                found.map { "\($0.name) is \($0.1 ?? "all") of it" }
                + (list(instance).map { ["for each of \($0)"] } ?? [])
            let note = notes.isEmpty ? "" : "  (\(notes.joined(separator: ", ")))"
            return "  \(instance.id): \(command(instance))\(note)"
        }
        let title =
            "To hand GitOps back by hand, in this order, each when the one before has had its effect:"
        return [title] + steps
    }

    /// The list a step goes over, as long as nobody knows what is in it.
    private func list(_ instance: StepInstance) -> String? {
        instance.item == nil ? instance.step.each?.list.description : nil
    }

    private func command(_ instance: StepInstance) -> String {
        instance.step.action.map { Wording.words($0, state.values(for: instance)) } ?? ""
    }

    /// How the steps that acted can be taken back, the last one first.
    private func takenBack(butFreezes isHandedBack: Bool) -> [String] {
        let acted = state.instances.reversed().filter {
            $0.ordinal > 0 && !(isHandedBack && $0.step.gitops == .freeze)
        }
        let offers = acted.compactMap { instance in
            instance.step.undo.flatMap { $0.action == .note ? nil : $0 }.map {
                "  \(instance.id): \(Wording.words($0.action, state.values(for: instance)))"
            }
        }
        let title =
            "To take back by hand, in this order, as far as what it is done to is still there:"
        return offers.isEmpty ? [] : [title] + offers
    }
}
