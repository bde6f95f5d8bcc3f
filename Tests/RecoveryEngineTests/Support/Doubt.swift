import RecoveryEngine

/// What may be true of an act that nobody watched to its end.
struct Doubt: CustomStringConvertible {
    enum Effect: String, CaseIterable { case landed, later, never }

    enum Child: Equatable {
        /// The lock is free and `started` was never written.
        case neverStarted
        /// It lives on for a while.
        case alive
        /// It is gone; its end, if somebody wrote it down.
        case dead(Exit?)
        /// The remote unit's name was taken before it could start.
        case prevented
    }

    let effect: Effect
    let child: Child
    /// Milliseconds between the crash and resume.
    let gap: Int
    /// The machine started anew in between.
    var isRebooted = false

    var description: String {
        "effect \(effect), child \(child), after \(gap) ms\(isRebooted ? ", rebooted" : "")"
    }

    var hasStarted: Bool { child != .neverStarted && child != .prevented }

    /// Everything that can be true right behind the intent.
    static func afterIntent(isRemote: Bool, gaps: [Int]) -> [Doubt] {
        var list: [Doubt] = []
        for gap in gaps {
            list.append(Doubt(effect: .never, child: .neverStarted, gap: gap))
            if isRemote { list.append(Doubt(effect: .never, child: .prevented, gap: gap)) }
            for effect in Effect.allCases {
                list.append(Doubt(effect: effect, child: .alive, gap: gap))
                list.append(Doubt(effect: effect, child: .dead(nil), gap: gap))
                list.append(
                    Doubt(effect: effect, child: .dead(.exited(effect == .never ? 1 : 0)), gap: gap)
                )
                list.append(Doubt(effect: effect, child: .dead(nil), gap: gap, isRebooted: true))
            }
        }
        return list
    }

    /// What may be true of each of several acts; every combination is tried.
    static func ofMany(gap: Int) -> [Doubt] {
        [
            Doubt(effect: .never, child: .neverStarted, gap: gap),
            Doubt(effect: .landed, child: .dead(.exited(0)), gap: gap),
            Doubt(effect: .never, child: .dead(nil), gap: gap),
            Doubt(effect: .later, child: .alive, gap: gap),
        ]
    }

    /// What can be true once the child's end is on record.
    static func afterExit(gaps: [Int]) -> [Doubt] {
        gaps.flatMap { gap in
            Effect.allCases.map { Doubt(effect: $0, child: .dead(.exited(0)), gap: gap) }
        }
    }
}
