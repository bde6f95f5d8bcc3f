internal import JSON
internal import Runbooks

/// Asks every check of a plan once and does nothing: what would be true if the
/// run began now.
public struct Probe {
    /// What a check is for.
    public enum Role: String, Sendable {
        case identity, prerequisite, goal
        case guarding = "guard"
        case recovered
    }

    /// One check's answer.
    public struct Line: Sendable {
        public let role: Role
        /// The cluster's name, or the id of prerequisite, step or check.
        public let id: String
        public let finding: Finding
    }

    let plan: Plan
    let hands: any Hands

    public init(_ plan: Plan, _ hands: any Hands) {
        self.plan = plan
        self.hands = hands
    }

    /// Asks in the plan's order and tells each answer as it comes; whether a
    /// run could begin: every cluster is the one that is meant, and every
    /// prerequisite holds.
    public func run(_ tell: (Line) -> Void) -> Bool {
        var isReady = true
        func say(_ role: Role, _ id: String, _ finding: Finding) -> Bool {
            tell(Line(role: role, id: id, finding: finding))
            return finding.answer == .holds
        }
        for cluster in plan.clusters {
            isReady = say(.identity, cluster, hands.identity(cluster: cluster)) && isReady
        }
        // What the wrong cluster answers means nothing.
        guard isReady else { return false }
        for item in plan.prerequisites {
            isReady = say(.prerequisite, item.id, ask(item.check)) && isReady
        }
        for step in plan.steps {
            if let goal = step.goal { _ = say(.goal, step.id, ask(goal)) }
            if let check = step.guardCheck { _ = say(.guarding, step.id, ask(check)) }
        }
        for item in plan.recovered { _ = say(.recovered, item.id, ask(item.check)) }
        return isReady
    }

    /// A value a step will find is missing now: then nothing can be told.
    private func ask(_ check: Check) -> Finding {
        let hands = hands
        return Evaluator(values: Values()) { request in
            if case .attempt = request { return .answered(Finding(.fails, "there was no attempt")) }
            return hands.ask(request, deadline: Engine.questionLimit)
        }.evaluate(check)
    }
}
