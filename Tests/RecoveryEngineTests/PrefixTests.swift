import JSON
import RecoveryEngine
import Testing

/// The promise that every crash is a prefix: kill the engine anywhere, resume,
/// and nothing happens twice and nothing is guessed.
@Suite struct `Every crash is a prefix` {
    @Test(.timeLimit(.minutes(10)))
    func `of a run with every kind of step`() throws {
        try sweep(try Recording(try TinyRunbook.plan(), TinyWorld()), gaps: [1000, 7_200_000])
    }

    @Test(.timeLimit(.minutes(10)))
    func `of the loss of a node`() throws {
        try sweep(try Recording(try NodeLoss.plan(), ClusterWorld()), gaps: [7_200_000])
    }

    @Test(.timeLimit(.minutes(10)))
    func `of steps done at once`() throws {
        for effect in ["", "once"] {
            let members: [String: JSONValue] = effect.isEmpty ? [:] : ["effect": .string(effect)]
            let plan = try GroupWorld.plan(members)
            try sweep(try Recording(plan, GroupWorld()), gaps: [1000])
        }
    }

    private func sweep(_ recording: Recording, gaps: [Int]) throws {
        #expect(recording.exit == .recovered)
        let sweep = try Sweep(recording, gaps: gaps)
        print("\(recording.plan.runbook): \(sweep.summary)")
        if !sweep.objections.isEmpty {
            let shown = sweep.objections.prefix(20).joined(separator: "\n")
            Issue.record("\(sweep.objections.count) objections:\n\(shown)")
        }
        #expect(sweep.doubles == 0)
        #expect(sweep.prefixes == recording.drafts.count)
    }
}
