import JSON
import Testing

@testable import RecoveryEngine

@Suite struct `A fact in the journal` {
    private static let samples: [Event] =
        [
            .began(plan: Samples.plan), .prerequisites([["id": "api", "answer": "holds"]]),
            .expanded(step: "b", items: ["x", ["name": "y"]]), .expanded(step: "b", items: []),
            .approvalAsked(Samples.approval("a")),
            .intent(Samples.intent("a", 1, observed: ["uid": "u"])),
            .exited(Samples.exited("a-1")), .exited(Samples.exited("a-1", code: nil)),
            .pinned(["commit": "c", "source": "s"]), .waiting(step: "a", why: "?"),
            .waiting(step: nil, why: "?"),
            .failed(step: "a", why: "!"), .resumed, .halted(why: "signal"),
            .resolved(step: "a", as: .done, evidence: "seen"),
            .resolved(step: "a", as: .notDone, evidence: "seen"),
            .resolved(step: "a", as: .left, evidence: "seen"),
            .recovered([["id": "nodes"]]), .abandoned(why: "enough"),
        ]
        + Verdict.allCases.flatMap { verdict in
            [
                .verdict(Samples.verdict("a", "a-1", verdict)),
                .verdict(Samples.verdict("a", nil, verdict)),
            ]
        }

    @Test func `reads back as what was written, whatever its kind`() {
        for event in Self.samples { #expect(Event(kind: event.kind, data: event.data) == event) }
        #expect(Set(Self.samples.map(\.kind)).count == 15)
    }

    @Test func `is canonical`() {
        for event in Self.samples { #expect(event.data.isCanonical, "\(event.kind)") }
    }

    @Test func `is nothing when a member is missing or the kind is strange`() {
        let optional: Set = ["attempt", "code", "step"]
        for event in Self.samples
        where !["pinned", "began", "prerequisites", "recovered"].contains(event.kind) {
            for key in (event.data.object ?? [:]).keys where !optional.contains(key) && key != "as"
            {
                var data = event.data
                data[key] = nil
                #expect(Event(kind: event.kind, data: data) == nil, "\(event.kind) without \(key)")
            }
        }
        #expect(Event(kind: "improvised", data: [:]) == nil)
    }
}
