import JSON

/// `accept`: keeps a proven commit as verified and forgets that it was
/// incoming. Doing it again changes nothing, so a crash in between is harmless.
struct AcceptCommand {
    private let mirror: Mirror
    private let reference: Reference
    private let commit: ObjectID
    private let attempt: String

    init(_ invocation: Invocation) throws(Refusal) {
        mirror = try Mirror(invocation["mirror"])
        reference = try Reference(invocation)
        commit = try ObjectID.commit(invocation["commit"])
        attempt = try RefName.attempt(invocation["attempt"])
    }

    func run(_ library: borrowing GitLibrary) throws(Refusal) {
        let hold = try mirror.hold(orCreate: false)
        defer { withExtendedLifetime(hold) {} }
        let repository = try library.open(mirror)
        let incoming = reference.incoming(attempt: attempt)
        let verified = reference.verified
        if let found = try repository.target(of: incoming) {
            guard found == commit else { throw moved("\(incoming) is \(found), not \(commit)") }
            try repository.point(verified, at: commit)
            try repository.delete(incoming)
        } else {
            guard try repository.target(of: verified) == commit else {
                throw moved("\(commit) is neither incoming for attempt \(attempt) nor verified")
            }
        }
        try Output.answer([
            "verified": .string(commit.description), reference.json.key: reference.json.value,
        ])
    }

    private func moved(_ reason: String) -> Refusal {
        Refusal(
            "GT-MOVED", reason, do: "Fetch and prove again, then accept what was proven.",
            exit: .refuted)
    }
}
