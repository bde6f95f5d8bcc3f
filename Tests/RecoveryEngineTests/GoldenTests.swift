import Glibc
import JSON
import RecoveryEngine
import Testing

/// What the shipped runbook comes to for the shipped estate, for a reviewer.
///
/// `RECOVER_RECORD=1` records it anew. The estate and the digests of the
/// documents are left out: they are under review where they stand.
@Suite struct `The plan for a lost node` {
    private let path =
        NodeLoss.root + "/Tests/RecoveryEngineTests/Goldens/node-loss.oci-layer7.json"

    @Test func `is the one under review`() throws {
        let text = Self.text(try NodeLoss.plan())
        if getenv("RECOVER_RECORD") != nil {
            let file = try #require(fopen(path, "w"))
            fputs(text, file)
            fclose(file)
        }
        let golden = try #require(Self.read(path), "record it with RECOVER_RECORD=1")
        let new = text.split(separator: "\n"), old = golden.split(separator: "\n")
        for line in new.difference(from: old) { Issue.record("\(line)") }
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

    private static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = getc(file), byte != EOF { bytes.append(UInt8(byte)) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
