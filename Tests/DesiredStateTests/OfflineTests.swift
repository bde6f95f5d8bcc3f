import DesiredState
import Estates
import Glibc
import JSON
import Processes
import RecoveryEngine
import Testing

/// A source that does not answer, one that answers wrongly, and a crash
/// between fetch and proof.
@Suite struct OfflineTests {
    private func remove(_ origin: Origin) throws {
        try origin.run("/bin/mv", [origin.source, origin.source + "-away"])
    }

    @Test func `without its source the commit pinned last is used, and its age is shown`() throws {
        let origin = try Origin()
        let first = try origin.commit("a: 1")
        #expect(try origin.pin().facts?["offline"] == nil)
        try origin.commit("a: 2")
        #expect(try origin.pin(attempt: "a2").facts != nil)
        try remove(origin)
        // The journal says what was pinned last, whatever the mirror's refs say.
        let pinned = try origin.pin(last: ["commit": .string(first)], attempt: "a3")
        #expect(pinned.facts?["commit"] == .string(first))
        let offline = pinned.facts?["offline"]
        #expect(offline?["why"]?.string?.hasPrefix("GT-NET: ") == true, "\(pinned)")
        // Whole days have no hours behind them.
        #expect(offline?["verified-ago"]?.string?.contains(" d") == true)
        #expect(offline?["committed-ago"]?.string?.isEmpty == false)
        #expect(pinned.facts?["tree"]?.string?.utf8.count == 40)
    }

    @Test func `without a pin in the journal it is the mirror's last verified commit`() throws {
        let origin = try Origin()
        let first = try origin.commit("a: 1")
        #expect(try origin.pin().facts != nil)
        // Fetched and never proven: not a commit to fall back to.
        try origin.commit("a: 2")
        _ = try origin.reach().head(of: origin.binding(), name: "state", attempt: "a2")
        try remove(origin)
        #expect(try origin.pin(attempt: "a3").facts?["commit"] == .string(first))
    }

    @Test func `nothing verified and no source is a failure that says both`() throws {
        let origin = try Origin()
        try remove(origin)
        guard case .failed(let why) = try origin.pin() else {
            Issue.record("it was pinned")
            return
        }
        #expect(why.hasPrefix("GT-NET: "))
        #expect(why.contains("nothing verified"))
    }

    @Test func `a commit that is retained is proven again`() throws {
        let origin = try Origin()
        let plain = try origin.commit("a: 1")
        #expect(try origin.pin().facts != nil)
        try remove(origin)
        let key = try origin.sshKey("ada")
        let signers = Binding.Signers(
            ssh: try origin.file("allowed", "ada@example.org namespaces=\"git\" \(key)\n"))
        let answer = try origin.pin(signers, last: ["commit": .string(plain)], attempt: "a2")
        #expect(answer.refutation?.hasPrefix("GT-SIG") == true, "\(answer)")
    }

    @Test func `a source that answers wrongly is not one that does not answer`() throws {
        let origin = try Origin()
        let first = try origin.commit("a: 1")
        #expect(try origin.pin().facts != nil)
        try origin.git("branch", "-m", "main", "other")
        let answer = try origin.pin(last: ["commit": .string(first)], attempt: "a2")
        guard case .failed(let why) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(why.hasPrefix("GT-REF"))
    }

    @Test func `a crash between fetch and proof lets no force-push in`() throws {
        let origin = try Origin()
        let first = try origin.commit("a: 1")
        #expect(try origin.pin().facts != nil)
        let other = try origin.git("commit-tree", "-m", "other", "HEAD^{tree}")
        try origin.git("update-ref", "refs/heads/main", other)
        // Fetched, and then the engine died; later somebody even moved the ref by hand.
        _ = try origin.reach().head(of: origin.binding(), name: "state", attempt: "a2")
        try origin.run(
            "/usr/bin/git",
            [
                "--git-dir", try origin.mirror, "update-ref", "refs/verified/main",
                other,
            ])
        let again = try origin.pin(last: ["commit": .string(first)], attempt: "a2")
        #expect(again.refutation?.hasPrefix("GT-ROLLBACK") == true, "\(again)")
        try remove(origin)
        let offline = try origin.pin(last: ["commit": .string(first)], attempt: "a3")
        #expect(offline.facts?["commit"] == .string(first))
    }

    @Test func `a repository of the same name elsewhere shares neither pins nor mirror`() throws {
        let origin = try Origin()
        let other = try Origin()
        try origin.commit("a: 1")
        let mine = try other.commit("b: 1")
        let pinned = try #require(try origin.pin().facts)
        let pins = Pins([PinRecord(run: "run-1", pinned: 0, data: pinned)])
        func pin(_ attempt: String) throws -> Pinning {
            try origin.reach().pin(other.binding(), name: "state", after: pins, attempt: attempt)
        }
        // Away and never seen: what was verified of the first is not its own.
        try remove(other)
        guard case .failed(let why) = try pin("a2") else {
            Issue.record("it was pinned")
            return
        }
        #expect(why.contains("nothing verified"), "\(why)")
        try other.run("/bin/mv", [other.source + "-away", other.source])
        let found = try #require(try pin("a3").facts)
        #expect(found["commit"] == .string(mine))
        #expect(found["descends-from"] == "none")
    }
}
