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

    @Test func `a runbook without a hand-back never stops having it`() throws {
        var plan = Self.plan
        plan["steps"] = .array(Array((plan["steps"]?.array ?? []).prefix(2)))
        let left = try #require(try suspension(done: ["root", "child"], plan: plan))
        #expect(left.left.isEmpty)
    }
}
