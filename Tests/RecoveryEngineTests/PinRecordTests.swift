import Estates
import JSON
import Journal
import RecoveryEngine
import Testing

@Suite struct PinRecordTests {
    private let url = "ssh://git@git.example.org/team/state.git"

    private func pin(
        _ source: String, _ commit: String, _ more: JSONValue = "nobody", at url: String? = nil
    ) -> JSONValue {
        [
            "source": .string(source), "url": .string(url ?? self.url), "branch": "main",
            "commit": .string(commit), "signed": more, "committed": 7,
        ]
    }

    @Test func `the journal's order says what was pinned last, not that of the runs`() throws {
        let folder = try TemporaryFolder()
        var journal = try Recording.journal(folder)
        let before = try journal.pins(of: "state")
        #expect(before == Pins())
        let signed: JSONValue = ["by": "ada", "form": "ssh", "key": "SHA256:x"]
        _ = try journal.append([
            Draft(run: "run-1", kind: "pinned", data: pin("state", "c1")),
            Draft(run: "run-2", kind: "pinned", data: pin("state", "c2")),
            Draft(run: "run-2", kind: "pinned", data: pin("other", "c9")),
            Draft(run: "run-1", kind: "pinned", data: pin("state", "c3", signed)),
        ])
        let last = try #require(try journal.pins(of: "state").at(url).last)
        #expect(last.commit == "c3")
        #expect(last.run == "run-1")
        #expect(last.signer == "ada")
        #expect(last.committed == 7)
        let other = try journal.pins(of: "other"), none = try journal.pins(of: "none")
        #expect(other.at(url).last?.signer == nil)
        #expect(none == Pins())
        #expect(last.reference == .branch("main"))
    }

    @Test func `a source of the same name in another repository has pins of its own`() throws {
        let folder = try TemporaryFolder()
        var journal = try Recording.journal(folder)
        let elsewhere = "https://git.example.org/other/state.git"
        _ = try journal.append([
            Draft(run: "run-1", kind: "pinned", data: pin("state", "c1")),
            Draft(run: "run-2", kind: "pinned", data: pin("state", "c9", at: elsewhere)),
        ])
        let pins = try journal.pins(of: "state")
        #expect(pins.at(url).map(\.commit) == ["c1"])
        #expect(pins.at(elsewhere).map(\.commit) == ["c9"])
        #expect(pins.at("https://git.example.org/third").isEmpty)
        // The same repository, whatever it is reached by.
        #expect(pins.at("https://git.example.org/team/state").map(\.commit) == ["c1"])
    }
}
