import JSON

@testable import RecoveryEngine

/// Small facts for a run of two steps: `a`, and `b` over a list.
enum Samples {
    static let plan: JSONValue = [
        "estate": ["name": "e"],
        "steps": [
            [
                "id": "a", "title": "A", "timeout": "30s", "effect": "repeatable",
                "do": ["run": ["x"]],
            ],
            [
                "id": "b", "title": "B", "timeout": "30s", "effect": "repeatable",
                "each": ["thing": "a.things"],
                "do": ["run": ["x", "{{ thing.name }}"]],
            ],
        ],
    ]

    static func state(_ events: [Event]) throws -> RunState {
        var state = RunState()
        for event in events { try state.apply(event) }
        return state
    }

    /// A fact of this kind about whatever `state` stands at.
    static func event(_ kind: String, at state: RunState) -> Event {
        let step = state.current?.id
        let name = step ?? "a"
        let attempt = state.current?.open?.attempt
        switch kind {
        case "began": return .began(plan: plan)
        case "prerequisites": return .prerequisites([])
        case "expanded": return .expanded(step: name, items: [])
        case "approval-asked": return .approvalAsked(approval(name))
        case "intent": return .intent(intent(name, (state.current?.ordinal ?? 0) + 1))
        case "exited": return .exited(exited(attempt ?? "a-1"))
        case "verdict": return .verdict(verdict(name, attempt, .done))
        case "pinned": return .pinned(["commit": "c"])
        case "waiting": return .waiting(step: step, why: "?")
        case "failed": return .failed(step: name, why: "!")
        case "resumed": return .resumed
        case "undoing": return .undoing(step: name)
        case "halted": return .halted(why: "signal")
        case "resolved": return .resolved(step: name, as: .done, evidence: "seen")
        case "recovered": return .recovered([])
        default: return .abandoned(why: "enough")
        }
    }

    static func approval(_ step: String) -> Approval {
        Approval(
            step: step, ordinal: 1, observed: ["uid": "u"], action: ["run": ["x"]], persons: 2,
            expires: 17,
            digest: "d")
    }

    static func intent(_ step: String, _ ordinal: Int, observed: JSONValue = [:]) -> Intent {
        Intent(
            step: step, ordinal: ordinal, attempt: "\(step)-\(ordinal)", observed: observed,
            action: ["run": ["x"]], answers: ["goal": "fails"], approval: ["digest": "d"],
            boot: "boot",
            monotonic: 5000, wall: 6)
    }

    static func exited(_ attempt: String, code: Int? = 0) -> Exited {
        Exited(
            attempt: attempt, ending: "exit 0", code: code, stdout: "out",
            stderr: ["stored-bytes": 5],
            hostKeys: ["node": "ssh-ed25519 A"])
    }

    static func verdict(_ step: String, _ attempt: String?, _ verdict: Verdict) -> VerdictRecord {
        VerdictRecord(step: step, attempt: attempt, verdict: verdict, why: "so", captured: [:])
    }
}
