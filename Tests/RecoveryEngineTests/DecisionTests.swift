import JSON
import Testing

@testable import RecoveryEngine

@Suite struct `What comes next` {
    private let prepared: [Event] = [.began(plan: Samples.plan), .prerequisites([])]

    private func word(_ events: [Event]) throws -> String {
        switch try Samples.state(events).decide() {
        case .prepare: "prepare"
        case .expand(let instance): "expand \(instance.id)"
        case .attempt(let instance): "attempt \(instance.id)"
        case .together(let group, let most):
            "together \(group.map(\.id).joined(separator: " ")) at \(most)"
        case .settle(_, let intent): "settle \(intent.attempt)"
        case .confirm: "confirm"
        case .rest(let standing): "rest \(standing.rawValue)"
        }
    }

    @Test func `follows the file, asks first and settles what is open`() throws {
        let aDone = prepared + [.verdict(Samples.verdict("a", nil, .done))]
        let open = prepared + [.intent(Samples.intent("a", 1))]
        let expanded = aDone + [.expanded(step: "b", items: ["x", "y"])]
        let expectations: [(String, [Event])] = [
            ("prepare", [.began(plan: Samples.plan)]), ("attempt a", prepared),
            ("settle a-1", open),
            ("settle a-1", open + [.exited(Samples.exited("a-1"))]),
            ("settle a-1", open + [.verdict(Samples.verdict("a", "a-1", .unknown)), .resumed]),
            ("attempt a", open + [.verdict(Samples.verdict("a", "a-1", .absent))]),
            ("attempt a", open + [.verdict(Samples.verdict("a", "a-1", .failed)), .resumed]),
            ("expand b", aDone), ("attempt b.1", expanded),
            ("attempt b.2", expanded + [.verdict(Samples.verdict("b.1", nil, .done))]),
            ("confirm", aDone + [.expanded(step: "b", items: [])]),
            ("attempt b.1", aDone + [.expanded(step: "b", items: ["x"]), .halted(why: "signal")]),
        ]
        for (expected, events) in expectations { #expect(try word(events) == expected) }
    }

    @Test func `is nothing once the run rests, until somebody resumes it`() throws {
        let open = prepared + [.intent(Samples.intent("a", 1))]
        let expectations: [(String, [Event])] = [
            ("rest failed", open + [.verdict(Samples.verdict("a", "a-1", .failed))]),
            ("rest failed", prepared + [.failed(step: "a", why: "")]),
            ("rest unknown", open + [.verdict(Samples.verdict("a", "a-1", .unknown))]),
            ("rest waiting", prepared + [.waiting(step: nil, why: "")]),
            ("rest abandoned", prepared + [.abandoned(why: "")]),
        ]
        for (expected, events) in expectations { #expect(try word(events) == expected) }
    }

    @Test func `has one exit code for each standing`() {
        let codes = RunState.Standing.allCases.map { $0.exitCode.rawValue }
        #expect(codes == [10, 6, 6, 5, 0, 0])
    }
}
