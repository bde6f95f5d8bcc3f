import JSON
import Testing

@testable import RecoveryEngine

/// One step, from its first question to its verdict.
@Suite struct `The engine` {
    private static let yes: JSONValue = ["stdout": ["equals": "yes"]]

    private func plan(_ members: [String: JSONValue?] = [:]) throws -> Plan {
        var step: JSONValue = [
            "id": "a", "title": "A", "timeout": "30s", "do": ["run": ["act"]],
            "goal": ["run": ["goal"], "expect": Self.yes],
        ]
        for (key, value) in members { step[key] = value }
        return try Plan(json: ["estate": ["name": "e"], "steps": [step]])
    }

    private struct Outcome {
        let exit: ExitCode
        let state: RunState
        let hands: ScriptedHands
        var standing: RunState.Standing? { state.standing }
    }

    /// Runs the step; `again` changes the hands before a resume.
    private func run(
        _ members: [String: JSONValue?] = [:],
        _ set: (inout SingleWorld, ScriptedHands) -> Void = { _, _ in },
        again: ((ScriptedHands) -> Void)? = nil
    ) throws -> Outcome {
        var world = SingleWorld()
        let hands = ScriptedHands(Scene(world))
        set(&world, hands)
        hands.change { _ in world }
        let folder = try TemporaryFolder()
        let engine = try Engine(
            run: Recording.run, journal: try Recording.journal(folder), hands: hands,
            narrator: hands)
        var exit = try engine.begin(try plan(members))
        if let again {
            again(hands)
            exit = try engine.resume()
        }
        return Outcome(exit: exit, state: engine.state, hands: hands)
    }

    private func ended(_ exit: Exit, descendants: String? = nil) -> Performed {
        .ended(exit, stdout: [], stderr: [], descendants: descendants)
    }

    @Test func `writes two commits for a step whose goal answers at once`() throws {
        let outcome = try run()
        #expect(outcome.exit == .recovered)
        #expect(
            outcome.hands.commits == [
                "began", "prerequisites", "intent", "exited+verdict", "recovered",
            ])
        #expect(outcome.hands.forgotten == outcome.hands.performed.map(\.attempt))
    }

    @Test func `writes one commit for a note, and one more for an approval`() throws {
        let note = try run(["do": ["note": true], "goal": nil])
        #expect(note.hands.commits.dropFirst(2) == ["verdict", "recovered"])
        let approved = try run(["approve": 1])
        #expect(
            approved.hands.commits.dropFirst(2) == [
                "approval-asked", "intent", "exited+verdict", "recovered",
            ])
    }

    @Test func `a note with an approval is done when somebody has approved it`() throws {
        let note: [String: JSONValue?] = ["do": ["note": true], "goal": nil, "approve": 1]
        let approved = try run(note)
        #expect(
            approved.hands.commits.dropFirst(2) == [
                "approval-asked", "intent", "exited+verdict", "recovered",
            ])
        #expect(approved.hands.performed.isEmpty)
        let declined = try run(note) { $1.consent = .declined("no") }
        #expect(declined.standing == .waiting)
        #expect(declined.exit == .humanNeeded)
        let later = try run(note, { $1.consent = .nobody("asleep") }) { hands in
            hands.consent = approved.hands.consent
        }
        #expect(later.exit == .recovered)
    }

    @Test func `a step that only waits can name its run`() throws {
        let goal: JSONValue = ["run": ["guard", "{{ run.id }}"], "expect": Self.yes]
        let outcome = try run(["do": nil, "goal": goal])
        #expect(outcome.exit == .recovered)
    }

    @Test func `does nothing when the goal is there already`() throws {
        let outcome = try run(["goal": ["run": ["guard"], "expect": Self.yes]])
        #expect(outcome.exit == .recovered)
        #expect(outcome.hands.performed.isEmpty)
    }

    @Test func `lets the goal decide, whatever the exit code`() throws {
        for exit in [Exit.exited(0), .exited(1), .signalled(9), .timedOut] {
            #expect(try run { $1.ending = ended(exit) }.exit == .recovered, "\(exit)")
        }
        let absent = try run { world, _ in world.works = false }
        #expect(absent.exit == .stepFailed)
        #expect(absent.standing == .failed)
    }

    @Test func `never acts while the goal cannot tell`() throws {
        let outcome = try run { world, _ in world.goalExit = [1, 0] }
        #expect(outcome.exit == .humanNeeded)
        #expect(outcome.standing == .waiting)
        #expect(outcome.hands.performed.isEmpty)
    }

    @Test func `does nothing when the guard fails`() throws {
        let members: [String: JSONValue?] = ["guard": ["run": ["guard"], "expect": Self.yes]]
        let outcome = try run(members) { world, _ in world.guardSays = "no" }
        #expect(outcome.exit == .stepFailed)
        #expect(outcome.hands.performed.isEmpty)
        #expect(try run(members).exit == .recovered)
    }

    @Test func `does nothing without consent`() throws {
        for consent in [Consent.declined("no"), .nobody("asleep")] {
            let outcome = try run(["approve": 1]) { $1.consent = consent }
            #expect(outcome.standing == .waiting)
            #expect(outcome.hands.performed.isEmpty)
        }
    }

    @Test func `says unknown where nobody can know`() throws {
        let cases: [(String, [String: JSONValue?], Performed, Int32)] = [
            ("killed by us", [:], ended(.timedOut), 0),
            ("descendants left", [:], ended(.exited(0), descendants: "1 sleep"), 0),
            ("must not happen twice", ["effect": "once"], ended(.exited(0)), 0),
            ("goal cannot tell", [:], ended(.exited(0)), 1),
        ]
        for (name, members, ending, goalExit) in cases {
            let outcome = try run(members) { world, hands in
                world.works = false
                world.goalExit[1] = goalExit
                hands.ending = ending
            }
            #expect(outcome.standing == .unknown, "\(name): \(outcome.state.reason)")
            // What may still settle it stays: without it a resume would know less.
            #expect(outcome.hands.forgotten.isEmpty, "\(name)")
            #expect(outcome.hands.performed.count == 1)
        }
    }

    @Test func `never repeats what must not happen twice and nobody can look at`() throws {
        let once: [String: JSONValue?] = ["effect": "once", "goal": nil]
        let failing = try run(once) { $1.ending = ended(.exited(1)) }
        #expect(failing.standing == .unknown)
        #expect(failing.hands.performed.count == 1)
        // It did its work, only what it printed cannot be used.
        var capturing = once
        capturing["capture"] = ["x": ["from": "stdout", "json": "/a"]]
        let unread = try run(capturing, again: { _ in })
        #expect(unread.standing == .unknown)
        #expect(unread.hands.performed.count == 1)
    }

    @Test func `fails when nothing could be started`() throws {
        let outcome = try run { world, hands in
            world.works = false
            hands.ending = .notStarted("no such program")
        }
        #expect(outcome.standing == .failed)
        #expect(outcome.state.current?.open == nil)
    }

    private static let observing: [String: JSONValue?] = [
        "observe": ["uid": ["run": ["uid"], "absent": "done"]]
    ]

    @Test func `takes what is absent for done, or stops, as the step says`() throws {
        let done = try run(Self.observing) { world, _ in world.uid = "" }
        #expect(done.exit == .recovered)
        #expect(done.hands.performed.isEmpty)
        let stopped = try run(["observe": ["uid": ["run": ["uid"], "absent": "stop"]]]) {
            world, _ in world.uid = ""
        }
        #expect(stopped.exit == .stepFailed)
        #expect(stopped.hands.performed.isEmpty)
    }

    @Test func `never touches a newcomer under the old name`() throws {
        let outcome = try run(Self.observing) { world, _ in
            world.works = false
        } again: { hands in
            hands.change { ($0 as? SingleWorld).map { $0.renamed("u2") } ?? $0 }
        }
        #expect(outcome.standing == .waiting)
        #expect(outcome.state.reason.contains("not what the first attempt saw"))
        #expect(outcome.hands.performed.count == 1)
    }

    @Test func `tries a failed step again when it is resumed, as a new attempt`() throws {
        let outcome = try run(Self.observing) { world, _ in
            world.works = false
        } again: { _ in
        }
        #expect(outcome.hands.performed.map(\.attempt) == ["run-1-a-1", "run-1-a-2"])
    }
}
