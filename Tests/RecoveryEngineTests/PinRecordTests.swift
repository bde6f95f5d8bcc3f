import JSON
import Journal
import RecoveryEngine
import Testing

@Suite struct PinRecordTests {
    private func pin(_ source: String, _ commit: String, _ more: JSONValue = "nobody") -> JSONValue {
        ["source": .string(source), "commit": .string(commit), "signed": more, "committed": 7]
    }

    @Test func `the journal's order says what was pinned last, not that of the runs`() throws {
        let folder = try TemporaryFolder()
        var journal = try Recording.journal(folder)
        #expect(try journal.lastPinned(of: "state") == nil)
        let signed: JSONValue = ["by": "ada", "form": "ssh", "key": "SHA256:x"]
        _ = try journal.append([
            Draft(run: "run-1", kind: "pinned", data: pin("state", "c1")),
            Draft(run: "run-2", kind: "pinned", data: pin("state", "c2")),
            Draft(run: "run-2", kind: "pinned", data: pin("other", "c9")),
            Draft(run: "run-1", kind: "pinned", data: pin("state", "c3", signed)),
        ])
        let last = try #require(try journal.lastPinned(of: "state"))
        #expect(last.commit == "c3")
        #expect(last.run == "run-1")
        #expect(last.signer == "ada")
        #expect(last.committed == 7)
        #expect(try journal.lastPinned(of: "other")?.signer == nil)
        #expect(try journal.lastPinned(of: "none") == nil)
    }
}
