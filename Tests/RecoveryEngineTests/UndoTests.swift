import JSON
import Runbooks
import Testing

@testable import RecoveryEngine

/// Taking steps back.
@Suite struct `An undo` {
    private static func plan() throws -> Plan {
        let yes: JSONValue = ["stdout": ["equals": "yes"]]
        let step = { (name: String, undo: JSONValue?) -> JSONValue in
            var step: JSONValue = [
                "id": .string(name), "title": "Do", "timeout": "30s",
                "do": ["run": ["stop", .string(name)]],
                "goal": ["run": ["is", .string(name)], "expect": yes],
            ]
            step["undo"] = undo
            return step
        }
        let back: JSONValue = [
            "do": ["run": ["stop", "back"]], "timeout": "30s",
            "goal": ["run": ["is", "back"], "expect": yes],
        ]
        return try Plan(json: [
            "estate": ["name": "e"],
            "steps": [step("a", back), step("b", nil), step("h2", nil)],
        ])
    }

    /// A run whose third step fails.
    private func failed(_ folder: TemporaryFolder, _ hands: ScriptedHands) throws -> Engine {
        let engine = try Engine(
            run: Recording.run, journal: try Recording.journal(folder), hands: hands,
            narrator: hands)
        #expect(try engine.begin(try Self.plan()) == .stepFailed)
        return engine
    }

    private func hands() -> ScriptedHands { ScriptedHands(Scene(GroupWorld().with(refused: "h2"))) }

    @Test func `takes the last step back that can be, and leaves the rest to a person`() throws {
        let folder = try TemporaryFolder(), hands = hands()
        let engine = try failed(folder, hands)
        #expect(engine.state.undoable == ["a"])
        let (exit, refusal) = try engine.undo(nil)
        #expect(refusal == nil)
        #expect(exit == .humanNeeded)
        #expect(engine.state.standing == .waiting)
        #expect(engine.state.instance("a")?.isDone == false)
        #expect(hands.performed.last?.attempt == "run-1-a--undo-1")
        try engine.close()
        let folded = try RunState(replaying: try Recording.entries(folder))
        #expect(folded.instances == engine.state.instances)
        // Whoever reads the journal knows the run's name as the engine does.
        let name = try Template("{{ run.id }}")
        #expect(folded.values.show(name) == "run-1" && engine.state.values.show(name) == "run-1")
    }

    @Test func `is refused where there is none, or nothing to take back`() throws {
        let folder = try TemporaryFolder(), hands = hands()
        let engine = try failed(folder, hands)
        for (step, words) in [("b", "has no undo"), ("c", "no step c")] {
            let (exit, refusal) = try engine.undo(step)
            #expect(exit == nil)
            #expect(refusal?.contains(words) == true)
        }
        _ = try engine.undo("a")
        #expect(try engine.undo(nil).refusal != nil, "a was taken back already")
        #expect(try engine.undo("a").refusal?.contains("already") == true)
    }

    @Test func `is done again by a resume of the run`() throws {
        let folder = try TemporaryFolder(), hands = hands()
        let engine = try failed(folder, hands)
        _ = try engine.undo("a")
        hands.change { $0.refusing("") }
        #expect(try engine.resume() == .recovered)
        // The world still has it: its goal held, so it was not done twice.
        #expect(hands.performed.filter { $0.attempt.hasPrefix("run-1-a-1") }.count == 1)
    }

    @Test func `that fails leaves the step to be looked at again`() throws {
        let folder = try TemporaryFolder()
        let hands = hands()
        let engine = try failed(folder, hands)
        hands.change { $0.refusing("back") }
        let (exit, _) = try engine.undo("a")
        #expect(exit == .stepFailed)
        #expect(engine.state.standing == .failed)
        #expect(engine.state.instance("a")?.isDone == false)
        // What was set going may still land: no second try behind one failure.
        _ = try engine.undo("a")
        #expect(hands.pauses.contains("a.undo"))
    }

    @Test func `that is unknown keeps what may settle it, and is settled by a person`() throws {
        let folder = try TemporaryFolder(), hands = hands()
        let engine = try failed(folder, hands)
        hands.change { $0.refusing("back") }
        hands.ending = .ended(.timedOut, stdout: [], stderr: [], descendants: nil)
        let (exit, _) = try engine.undo("a")
        #expect(exit == .humanNeeded)
        #expect(engine.state.standing == .unknown)
        #expect(!hands.forgotten.contains("run-1-a--undo-1"))
        #expect(try engine.resolve(step: "a.undo", as: .done, evidence: "looked") == nil)
        #expect(engine.state.standing == .waiting)
        #expect(engine.state.instance("a")?.isTakenBack == true)
    }
}
