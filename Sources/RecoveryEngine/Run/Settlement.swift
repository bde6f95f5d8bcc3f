public import Runbooks

/// What is known of an attempt that was open when the engine stopped.
public enum Evidence: Hashable, Sendable {
    /// It surely never started, and never will.
    case neverStarted
    /// It never started, and its name is taken so that it never will.
    case prevented
    /// Something of it lives; named for a person.
    case alive(String)
    /// Nothing of it lives; `exit` is its end, if that was written down.
    case ended(Exit?)
    /// The place where it ran cannot be asked.
    case unreachable(String)
}

/// The rules for an attempt in doubt, in one place and pure.
public enum Settlement: Hashable, Sendable {
    /// The effect is there.
    case done
    /// It never started: the same attempt may go on.
    case perform
    /// Ask again later; so many answers *fails* were heard in a row.
    case wait
    /// It is not there, and the author allows another attempt.
    case again
    /// Only a human can say more.
    case unknown(String)

    /// - Parameters:
    ///   - goal: the goal's answer now; nil when the step has no goal.
    ///   - failsApart: answers *fails* heard at least `settle` apart, this one
    ///     included, all of them after nothing of the attempt lived any more.
    ///   - isLate: the attempt's time is over.
    public static func decide(
        _ evidence: Evidence, goal: Answer?, failsApart: Int, effect: Step.Effect, isLate: Bool
    ) -> Settlement {
        // A *holds* may always settle; a *fails* never while anything lives.
        if goal == .holds { return .done }
        switch evidence {
        // Before acting a goal that cannot tell never leads to an act.
        case .neverStarted where goal == .cannotTell:
            return isLate ? .unknown("it never started, and the goal cannot tell") : .wait
        case .neverStarted: return .perform
        case .prevented: return .again
        case .alive(let names): return isLate ? .unknown("still alive: \(names)") : .wait
        case .unreachable(let why): return isLate ? .unknown(why) : .wait
        case .ended(let exit): return ended(exit, goal, failsApart, effect, isLate)
        }
    }

    private static func ended(
        _ exit: Exit?, _ goal: Answer?, _ failsApart: Int, _ effect: Step.Effect, _ isLate: Bool
    ) -> Settlement {
        if effect == .repeatable { return .again }
        guard let goal else {
            if exit == .exited(0) { return .done }
            return .unknown("it may have acted, and no goal can say")
        }
        switch goal {
        case .holds: return .done
        case .cannotTell: return isLate ? .unknown("the goal cannot tell") : .wait
        case .fails where failsApart < 2: return .wait
        // It did what it was told, and what follows from it may take all of the step's time:
        // the same patience as without a stop.
        case .fails where exit == .exited(0) && !isLate: return .wait
        case .fails:
            return effect == .once
                ? .unknown(
                    "it may have acted, its effect is not there, and it must not happen twice")
                : .again
        }
    }
}
