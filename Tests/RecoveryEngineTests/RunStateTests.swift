import JSON
import Testing

@testable import RecoveryEngine

/// Which fact may follow where: the transition table, both sides of it.
@Suite struct `A run's state` {
    private static let kinds = [
        "began", "prerequisites", "expanded", "approval-asked", "intent", "exited", "verdict",
        "pinned",
        "waiting", "failed", "resumed", "halted", "resolved", "recovered", "abandoned", "undoing",
    ]

    /// One row for each place a run can stand at, one column for each kind in
    /// the order above: `+` may come, `.` is objected to.
    private static let table = [
        "nowhere     + . . . . . . . . . . . . . . .",
        "began       . + . + + . + + + + + + + . + .",
        "prepared    . + . + + . + + + + + + + . + .",
        "open        . + . . . + + + + + + + + . + .",
        "exited      . + . . . + + + + + + + + . + .",
        "list        . + + + + . + + + + + + + . + .",
        "all-done    . + . . . . . + + . + + . + + .",
        "waiting     . . . . . . . . . . + + + . + .",
        "unknown     . . . . . . . . . . + + + . + .",
        "failed      . . . . . . . . . . + + + . + .",
        "recovered   . . . . . . . . . . . . . . . .",
        "abandoned   . . . . . . . . . . . . . . . .",
    ]

    /// The facts that lead to each row.
    private static let ways: [String: [Event]] = {
        let prepared: [Event] = [.began(plan: Samples.plan), .prerequisites([])]
        let open = prepared + [.intent(Samples.intent("a", 1))]
        let list = prepared + [.verdict(Samples.verdict("a", nil, .done))]
        let allDone = list + [.expanded(step: "b", items: [])]
        return [
            "nowhere": [], "began": [.began(plan: Samples.plan)], "prepared": prepared,
            "open": open,
            "exited": open + [.exited(Samples.exited("a-1"))],
            "failed": open + [.verdict(Samples.verdict("a", "a-1", .failed))],
            "unknown": open + [.verdict(Samples.verdict("a", "a-1", .unknown))],
            "waiting": prepared + [.waiting(step: "a", why: "?")], "list": list,
            "all-done": allDone,
            "recovered": allDone + [.recovered([])], "abandoned": open + [.abandoned(why: "x")],
        ]
    }()

    @Test(arguments: table)
    func `lets each fact come exactly where the table has it`(row: String) throws {
        let cells = row.split(separator: " ").map(String.init)
        let state = try Samples.state(try #require(Self.ways[cells[0]]))
        for (kind, cell) in zip(Self.kinds, cells.dropFirst()) {
            let objection = state.objection(to: Samples.event(kind, at: state))
            #expect(
                (objection == nil) == (cell == "+"),
                "\(kind) at \(cells[0]): \(objection ?? "may come")")
        }
    }

    @Test func `has a row for every standing and a column for every kind`() throws {
        let standings = try Self.table.map { row in
            try Samples.state(Self.ways[String(row.split(separator: " ")[0])] ?? []).standing
        }
        #expect(Set(standings) == Set(RunState.Standing.allCases.map(Optional.some) + [nil]))
        #expect(Self.kinds.map { Samples.event($0, at: RunState()).kind } == Self.kinds)
        for row in Self.table { #expect(row.split(separator: " ").count == Self.kinds.count + 1) }
    }

    @Test func `objects to facts about another step or another attempt`() throws {
        let prepared = try Samples.state(Self.ways["prepared"] ?? [])
        let open = try Samples.state(Self.ways["open"] ?? [])
        let wrong: [(RunState, Event)] = [
            (prepared, .intent(Samples.intent("b", 1))),
            (prepared, .intent(Samples.intent("a", 2))),
            (prepared, .verdict(Samples.verdict("b", nil, .done))),
            (prepared, .verdict(Samples.verdict("a", "a-1", .done))),
            (prepared, .verdict(Samples.verdict("a", nil, .absent))),
            (prepared, .verdict(Samples.verdict("a", nil, .failed))),
            (prepared, .verdict(Samples.verdict("a", nil, .unknown))),
            (prepared, .failed(step: "b", why: "")), (prepared, .waiting(step: "b", why: "")),
            (prepared, .resolved(step: "b", as: .done, evidence: "")),
            (open, .exited(Samples.exited("a-2"))),
            (open, .verdict(Samples.verdict("a", nil, .done))),
            (open, .verdict(Samples.verdict("a", "a-2", .done))),
        ]
        for (state, event) in wrong { #expect(state.objection(to: event) != nil, "\(event)") }
    }

    @Test func `keeps an unknown attempt open and closes an absent one`() throws {
        let unknown = try Samples.state(Self.ways["unknown"] ?? [])
        #expect(unknown.current?.open?.attempt == "a-1")
        var absent = try Samples.state(Self.ways["open"] ?? [])
        try absent.apply(.verdict(Samples.verdict("a", "a-1", .absent)))
        #expect(absent.standing == .running)
        #expect(absent.current?.open == nil)
        #expect(absent.current?.ordinal == 1)
        #expect(absent.objection(to: .intent(Samples.intent("a", 2))) == nil)
    }

    @Test func `keeps what the first attempt observed`() throws {
        var state = try Samples.state(Self.ways["prepared"] ?? [])
        for (ordinal, uid) in [(1, "old"), (2, "new")] {
            try state.apply(.intent(Samples.intent("a", ordinal, observed: ["uid": .string(uid)])))
            try state.apply(.verdict(Samples.verdict("a", "a-\(ordinal)", .absent)))
        }
        #expect(state.current?.firstObserved == ["uid": "old"])
    }

    @Test func `makes one step for each element, and knows what a step kept`() throws {
        var state = try Samples.state(Self.ways["list"] ?? [])
        try state.apply(.expanded(step: "b", items: [["name": "x"], ["name": "y"]]))
        #expect(state.instances.map(\.id) == ["a", "b.1", "b.2"])
        #expect(state.values(for: state.instances[2]).tree.at("thing", "name") == "y")
        var record = Samples.verdict("b.1", nil, .done)
        record = VerdictRecord(
            step: "b.1", attempt: nil, verdict: .done, why: "", captured: ["uid": "u"])
        try state.apply(.verdict(record))
        #expect(state.values.tree.at("b", "1", "uid") == "u")
        #expect(state.current?.id == "b.2")
        #expect(state.progress == (2, 3))
    }

    @Test func `takes a person's word in both directions`() throws {
        for (done, expected) in [(true, "b"), (false, "a")] {
            var state = try Samples.state(Self.ways["unknown"] ?? [])
            try state.apply(.resolved(step: "a", as: done ? .done : .notDone, evidence: "looked"))
            #expect(state.standing == .running)
            #expect(state.current?.id == expected)
            #expect(state.current?.open == nil)
        }
    }
}
