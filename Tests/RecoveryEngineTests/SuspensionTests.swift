import JSON
import Testing

@testable import RecoveryEngine

/// A stack is never left standing still without a word: what a run knows of it.
@Suite struct `What a run has stopped of GitOps` {
    private static let plan: JSONValue = {
        func step(_ id: String, _ mark: String?) -> JSONValue {
            var step: JSONValue = [
                "id": .string(id), "title": "T", "timeout": "1s", "effect": "repeatable",
                "do": ["run": ["x"]],
            ]
            step["gitops"] = mark.map(JSONValue.string)
            return step
        }
        return [
            "estate": ["name": "e"],
            "steps": [
                step("root", "freeze"), step("child", "freeze"), step("work", nil),
                step("first", "resume"), step("second", "resume"),
            ],
        ]
    }()

    /// Where a run stands when it has acted for `done`, and found `there` already there.
    private func suspension(
        done: [String], there: [String] = [], then: [Event] = [], plan: JSONValue = Self.plan
    ) throws -> Suspension? {
        var events: [Event] = [.began(plan: plan), .prerequisites([])]
        for id in there { events.append(.verdict(Samples.verdict(id, nil, .done))) }
        for id in done {
            events.append(.intent(Samples.intent(id, 1)))
            events.append(.verdict(Samples.verdict(id, "\(id)-1", .done)))
        }
        return try Samples.state(events + then).suspension
    }

    @Test func `nothing before the first step, and nothing behind the last`() throws {
        #expect(try suspension(done: []) == nil)
        #expect(try suspension(done: ["root", "child", "work", "first", "second"]) == nil)
    }

    @Test func `from the first intent on, and until the last step of the hand-back`() throws {
        let open = try #require(
            try suspension(done: [], then: [.intent(Samples.intent("root", 1))]))
        #expect(open.stopped == ["root"] && open.left == ["first", "second"] && !open.isPartial)
        let held = try #require(try suspension(done: ["root", "child", "work"]))
        #expect(held.stopped == ["root", "child"] && !held.isPartial)
        let half = try #require(try suspension(done: ["root", "child", "work", "first"]))
        #expect(half.left == ["second"] && half.isPartial)
    }

    @Test func `what stood still before is handed back by this run all the same`() throws {
        #expect(try suspension(done: [], there: ["root", "child", "work"]) == nil)
        let half = try #require(try suspension(done: ["first"], there: ["root", "child", "work"]))
        #expect(half.stopped.isEmpty && half.left == ["second"] && half.isPartial)
    }

    @Test func `an abandoned run still has it, one that took its step back has not`() throws {
        let left = try suspension(done: ["root"], then: [.abandoned(why: "x")])
        #expect(left?.stopped == ["root"])
    }

    /// The plan, with an undo of everything that freezes.
    private static let undoable: JSONValue = {
        var plan = Self.plan
        plan["steps"] = .array(
            (plan["steps"]?.array ?? []).map { step in
                var step = step
                if step["gitops"] == "freeze" {
                    step["undo"] = ["do": ["run": ["y"]], "effect": "repeatable"]
                }
                return step
            })
        return plan
    }()

    private func state(done: [String], there: [String] = []) throws -> RunState {
        var events: [Event] = [.began(plan: Self.undoable), .prerequisites([])]
        for id in done {
            events.append(.intent(Samples.intent(id, 1)))
            events.append(.verdict(Samples.verdict(id, "\(id)-1", .done)))
        }
        for id in there { events.append(.verdict(Samples.verdict(id, nil, .done))) }
        return try Samples.state(events)
    }

    @Test func `what froze is taken back before the hand-back, and never in the middle of it`()
        throws
    {
        let held = try state(done: ["root", "child", "work"])
        #expect(held.undoable == ["child", "root"])
        #expect(held.objection(to: .undoing(step: "child")) == nil)
        // Frozen again, it would stay so: the step that let it go is behind it.
        for half in [
            try state(done: ["root", "child", "work", "first"]),
            try state(done: ["root", "child", "work"], there: ["first"]),
        ] {
            #expect(half.undoable.isEmpty)
            let objection = try #require(half.objection(to: .undoing(step: "child")))
            #expect(objection.contains("being handed back"))
        }
    }

    @Test func `only the last step of the hand-back can be left, and is said ever after`() throws {
        func leave(_ step: String) -> Event { .resolved(step: step, as: .left, evidence: "no Git") }
        var early = try state(done: ["root", "child", "work"])
        try early.apply(.waiting(step: "first", why: "?"))
        #expect(early.objection(to: leave("first"))?.contains("not the last step") == true)
        var last = try state(done: ["root", "child", "work", "first"])
        try last.apply(.waiting(step: "second", why: "?"))
        #expect(last.objection(to: leave("second")) == nil)
        try last.apply(leave("second"))
        #expect(last.decide() == .confirm)
        try last.apply(.recovered([]))
        let suspension = try #require(last.suspension)
        #expect(suspension.leftBehind == "second" && suspension.left == ["second"])
        // Done by hand is another word, and nothing is left of it.
        var done = try state(done: ["root", "child", "work", "first"])
        try done.apply(.waiting(step: "second", why: "?"))
        try done.apply(.resolved(step: "second", as: .done, evidence: "seen"))
        #expect(done.suspension == nil)
    }

    @Test func `a runbook without a hand-back never stops having it`() throws {
        var plan = Self.plan
        plan["steps"] = .array(Array((plan["steps"]?.array ?? []).prefix(2)))
        let left = try #require(try suspension(done: ["root", "child"], plan: plan))
        #expect(left.left.isEmpty)
    }
}
