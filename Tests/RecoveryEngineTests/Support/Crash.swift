import JSON
import Journal
import RecoveryEngine
import Runbooks

/// One crash: so many entries, the world, and what may be true of an act.
struct Crash: CustomStringConvertible {
    let recording: Recording
    let count: Int
    let scene: Scene
    /// The acts in doubt; none when nothing is open.
    let acts: [(act: Act, doubt: Doubt)]
    /// Milliseconds between crash and resume.
    let gap: Int

    struct Outcome {
        var standing: RunState.Standing?
        var objections: [String] = []
        /// Steps that took effect twice and must not.
        var doubles: [String] = []
    }

    var description: String {
        let open = acts.map { "\($0.act.attempt) \($0.doubt)" }.joined(separator: ", ")
        return "\(count) entries (…\(recording.drafts[count - 1].kind)), \(open)"
    }

    func resume() throws -> Outcome {
        let folder = try TemporaryFolder()
        var journal = try Recording.journal(folder)
        _ = try journal.append(Array(recording.drafts.prefix(count)))
        let hands = ScriptedHands(scene, entries: count)
        hands.takeUp(acts, gap: gap)
        let engine = try Engine(run: Recording.run, journal: journal, hands: hands, narrator: hands)
        let before = engine.state
        _ = try engine.resume()
        var outcome = Outcome(standing: engine.state.standing)
        let expected = expectedStanding(before)
        if outcome.standing != expected {
            outcome.objections.append(
                "ends \(outcome.standing?.rawValue ?? "nowhere"), not \(expected): \(engine.state.reason)"
            )
        }
        if outcome.standing == .unknown, expected == .unknown {
            // A person found that it did not happen: from there the run goes on.
            for _ in acts where engine.state.standing == .unknown {
                let step = engine.state.reasonStep ?? ""
                let refusal = try engine.resolve(step: step, as: .notDone, evidence: "looked")
                if let refusal { outcome.objections.append(refusal) }
                _ = try engine.resume()
            }
            if engine.state.standing != .recovered {
                outcome.objections.append("does not recover once resolved")
            }
        }
        let state = engine.state
        try engine.close()
        hands.drain()
        judge(hands, before, state, &outcome)
        outcome.objections += try foldObjections(folder, state)
        return outcome
    }

    /// Unknown exactly when something that must not happen twice had started
    /// and its effect is not there.
    private func expectedStanding(_ state: RunState) -> RunState.Standing {
        let isOnce = state.current?.step.effect == .once
        let mayHaveActed = acts.contains { $0.doubt.hasStarted && $0.doubt.effect == .never }
        return isOnce && mayHaveActed ? .unknown : .recovered
    }

    private func judge(
        _ hands: ScriptedHands, _ before: RunState, _ after: RunState, _ outcome: inout Outcome
    ) {
        let repeatable = Set(
            after.instances.filter { $0.step.effect == .repeatable }.map { key($0) })
        for (step, times) in hands.scene.landings.sorted(by: { $0.key < $1.key })
        where times > 1 && !repeatable.contains(step) {
            outcome.doubles.append(step)
            outcome.objections.append("\(step) took effect \(times) times")
        }
        let done = Set(before.instances.filter(\.isDone).map { key($0) })
        for act in hands.performed where done.contains(act.step) {
            outcome.objections.append("\(act.step) was done and was performed again")
        }
    }

    private func key(_ instance: StepInstance) -> String {
        "\(Recording.run)-\(instance.id.split(separator: ".").joined(separator: "-"))"
    }

    /// The journal still begins with the prefix, and says what the engine knew.
    private func foldObjections(_ folder: TemporaryFolder, _ state: RunState) throws -> [String] {
        let entries = try Recording.entries(folder)
        let kept = entries.prefix(count).map {
            Draft(run: Recording.run, kind: $0.kind, data: $0.data)
        }
        if kept != Array(recording.drafts.prefix(count)) { return ["the prefix was not kept"] }
        let folded = try RunState(replaying: entries)
        if folded.standing != state.standing || folded.instances != state.instances {
            return ["the journal folds to \(folded.standing?.rawValue ?? "nothing")"]
        }
        return []
    }
}
