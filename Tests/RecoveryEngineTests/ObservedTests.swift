import JSON
import Journal
import Testing

@testable import RecoveryEngine

/// What a step read before it acted, and reads again when it is tried again.
@Suite struct `What a step observed` {
    private static let yes: JSONValue = ["stdout": ["equals": "yes"]]

    private func plan(observe: JSONValue) throws -> Plan {
        try Plan(json: [
            "estate": ["name": "e"],
            "steps": [
                [
                    "id": "a", "title": "A", "timeout": "30s", "do": ["run": ["act"]],
                    "observe": observe,
                    "goal": ["run": ["goal"], "expect": Self.yes],
                ]
            ],
        ])
    }

    private static let newer: JSONValue = [
        "newer": ["desired-state": "newer", "source": "s", "commit": "c1"]
    ]

    /// A first attempt that fails, a change, and what a resume makes of it.
    private func again(
        _ plan: Plan, _ change: (ScriptedHands) -> Void
    ) throws -> (exit: ExitCode, hands: ScriptedHands) {
        var world = SingleWorld()
        world.works = false
        let hands = ScriptedHands(Scene(world))
        let folder = try TemporaryFolder()
        let engine = try Engine(
            run: Recording.run, journal: try Recording.journal(folder), hands: hands,
            narrator: hands)
        try #require(try engine.begin(plan) != .recovered)
        change(hands)
        return (try engine.resume(), hands)
    }

    @Test func `of the desired state may change: whoever agrees is asked anew`() throws {
        let outcome = try again(try plan(observe: Self.newer)) { hands in
            hands.preview = "2 created, 0 deleted"
            hands.change { _ in SingleWorld() }
        }
        #expect(outcome.exit == .recovered)
        #expect(outcome.hands.performed.count == 2)
    }

    /// What may change is read anew; anything else tells a thing from a newcomer.
    @Test(arguments: [true, false])
    func `and may change is read anew by a retry`(mayChange: Bool) throws {
        let observe: JSONValue = [
            "uid": ["run": ["uid"], "absent": "stop", "may-change": .bool(mayChange)]
        ]
        let outcome = try again(try plan(observe: observe)) { hands in
            hands.change { _ in SingleWorld().renamed("u2") }
        }
        #expect(outcome.exit == (mayChange ? .recovered : .humanNeeded))
        #expect(outcome.hands.performed.count == (mayChange ? 2 : 1))
    }

    /// An attempt that was agreed to and never started, resumed with another branch.
    @Test(arguments: ["1 created, 0 deleted", "2 created, 1 deleted"])
    func `is read again before an attempt that never started goes on`(_ now: String) throws {
        let recording = try Recording(try plan(observe: Self.newer), SingleWorld())
        let intent = try #require(recording.drafts.firstIndex { $0.kind == "intent" })
        let folder = try TemporaryFolder()
        var journal = try Recording.journal(folder)
        _ = try journal.append(Array(recording.drafts.prefix(intent + 1)))
        let hands = ScriptedHands(try #require(recording.first[intent + 1]), entries: intent + 1)
        hands.preview = now
        let engine = try Engine(
            run: Recording.run, journal: journal, hands: hands, narrator: hands)
        #expect(try engine.resume() == .recovered)
        let attempts = hands.performed.map { $0.attempt.suffix(1) }
        #expect(attempts == [now.hasPrefix("1") ? "1" : "2"])
        #expect(engine.state.instance("a")?.ordinal == (now.hasPrefix("1") ? 1 : 2))
    }
}
