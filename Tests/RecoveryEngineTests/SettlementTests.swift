import Runbooks
import Testing

@testable import RecoveryEngine

/// The rules for an attempt in doubt, as a table that has every case.
@Suite struct `An attempt in doubt` {
    /// Evidence, goal, answers *fails* apart, effect, late → settlement. A star
    /// stands for anything; the first row that fits counts.
    private static let rules = [
        "*             holds        *   *           *    done",
        "never-started cannot-tell  *   *           no   wait",
        "never-started cannot-tell  *   *           yes  unknown",
        "never-started *            *   *           *    perform",
        "prevented     *            *   *           *    again",
        "alive         *            *   *           no   wait",
        "alive         *            *   *           yes  unknown",
        "unreachable   *            *   *           no   wait",
        "unreachable   *            *   *           yes  unknown",
        "ended-*       *            *   repeatable  *    again",
        "ended-0       none         *   *           *    done",
        "ended-*       none         *   *           *    unknown",
        "ended-*       cannot-tell  *   *           no   wait",
        "ended-*       cannot-tell  *   *           yes  unknown",
        "ended-*       fails        0   *           *    wait",
        "ended-*       fails        1   *           *    wait",
        "ended-0       fails        *   *           no   wait",
        "ended-*       fails        *   once        *    unknown",
        "ended-*       fails        *   derived     *    again",
    ]

    private static let evidence: [String: Evidence] = [
        "never-started": .neverStarted, "prevented": .prevented, "alive": .alive("keeper 1"),
        "unreachable": .unreachable("web"), "ended-0": .ended(.exited(0)),
        "ended-1": .ended(.exited(1)),
        "ended-signal": .ended(.signalled(9)), "ended-late": .ended(.timedOut),
        "ended-unseen": .ended(nil),
    ]

    private static let goals: [String: Answer?] = [
        "none": Answer?.none, "holds": .holds, "fails": .fails, "cannot-tell": .cannotTell,
    ]

    @Test func `is settled as the table says, in every case`() {
        var cases = 0
        for (word, evidence) in Self.evidence {
            for (goalWord, goal) in Self.goals {
                for fails in 0...3 {
                    for effect in Step.Effect.allCases {
                        for late in [false, true] {
                            cases += 1
                            let words = [
                                word, goalWord, "\(fails)", effect.rawValue, late ? "yes" : "no",
                            ]
                            let decided = Settlement.decide(
                                evidence, goal: goal, failsApart: fails, effect: effect,
                                isLate: late)
                            #expect(name(decided) == expected(words), "\(words)")
                        }
                    }
                }
            }
        }
        #expect(cases == 9 * 4 * 4 * 3 * 2)
    }

    private func expected(_ words: [String]) -> String? {
        Self.rules.lazy.map { $0.split(separator: " ").map(String.init) }.first { rule in
            zip(rule, words).allSatisfy { pattern, word in
                pattern.hasSuffix("*") ? word.hasPrefix(pattern.dropLast()) : pattern == word
            }
        }?.last
    }

    private func name(_ settlement: Settlement) -> String {
        switch settlement {
        case .done: "done"
        case .perform: "perform"
        case .wait: "wait"
        case .again: "again"
        case .unknown: "unknown"
        }
    }

    @Test func `that is unknown says why`() {
        let alive = Settlement.decide(
            .alive("keeper 7"), goal: .fails, failsApart: 0, effect: .derived, isLate: true)
        #expect(alive == .unknown("still alive: keeper 7"))
    }
}
