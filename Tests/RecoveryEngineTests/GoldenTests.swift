import Glibc
import JSON
import RecoveryEngine
import Runbooks
import Testing
import YAML

/// What each shipped runbook comes to for each shipped estate, for a reviewer:
/// the plan, or in `refused.txt` the sentence with which there is none.
///
/// `RECOVER_RECORD=1` records all of them anew. The estate and the digests of the
/// documents are left out: they are under review where they stand.
@Suite struct `The plans under review` {
    private static let folder = Shipped.root + "/Tests/RecoveryEngineTests/Goldens"
    private static let isRecording = getenv("RECOVER_RECORD") != nil

    @Test func `are those of every runbook for every estate`() throws {
        var expected: [String: String] = [:]
        var refused: [String] = []
        for pair in try Shipped.pairs() {
            do throws(PlanError) {
                expected["\(pair).json"] = Self.text(try Self.plan(pair))
            } catch {
                refused.append("\(pair): \(try Self.sentence(error, pair))")
            }
        }
        expected["refused.txt"] = refused.map { $0 + "\n" }.joined()
        if Self.isRecording { try Self.record(expected) }
        for (name, text) in expected.sorted(by: { $0.key < $1.key }) { Self.compare(name, text) }
        for name in Shipped.names(in: Self.folder) where expected[name] == nil {
            Issue.record("\(name) is no longer a plan; delete it")
        }
    }

    @Test func `are worth a review: there are some of each kind`() throws {
        let names = Shipped.names(in: Self.folder)
        for runbook in Shipped.library.names() {
            #expect(names.contains { $0.hasPrefix("\(runbook).") }, "\(runbook) fits no estate")
        }
        #expect(try Shipped.estates().count >= 5)
    }

    private static func plan(_ pair: Shipped.Pair) throws(PlanError) -> Plan {
        do {
            return try Shipped.plan(pair)
        } catch let error as PlanError {
            throw error
        } catch {
            throw .usage(["\(error)"])
        }
    }

    /// A refusal is a fact that is missing or does not fit; a runbook that is
    /// wrong is never one.
    private static func sentence(_ error: PlanError, _ pair: Shipped.Pair) throws -> String {
        switch error {
        case .estate(let reasons): return reasons.joined(separator: "; ")
        case .usage(let mistakes): return mistakes.joined(separator: "; ")
        case .input(let problems):
            for problem in problems { Issue.record("\(pair): \(problem)") }
            return "the runbook is wrong"
        }
    }

    /// A pair nobody has recorded counts as one that differs.
    private static func compare(_ name: String, _ text: String) {
        guard let golden = read("\(folder)/\(name)") else {
            Issue.record("\(name) is missing; look at it with RECOVER_RECORD=1 and git diff")
            return
        }
        let new = text.split(separator: "\n"), old = golden.split(separator: "\n")
        for line in new.difference(from: old) { Issue.record("\(name): \(line)") }
    }

    private static func record(_ expected: [String: String]) throws {
        for name in Shipped.names(in: folder) where expected[name] == nil {
            unlink("\(folder)/\(name)")
        }
        for (name, text) in expected {
            let file = try #require(fopen("\(folder)/\(name)", "w"))
            fputs(text, file)
            fclose(file)
        }
    }

    /// One member, and in lists one element, to a line.
    private static func text(_ plan: Plan) -> String {
        var members = plan.json.object ?? [:]
        members["estate"] = nil
        members["documents"] = nil
        let lines = members.sorted { $0.key < $1.key }.map { key, value in
            guard let list = value.array, list.contains(where: { $0.object != nil }) else {
                return "  \"\(key)\": \(value.text)"
            }
            return "  \"\(key)\": [\n" + list.map { "    " + $0.text }.joined(separator: ",\n")
                + "\n  ]"
        }
        return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
    }

    /// The text of a file; nil where there is none.
    static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = getc(file), byte != EOF { bytes.append(UInt8(byte)) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
