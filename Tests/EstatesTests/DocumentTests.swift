import Estates
import JSON
import Testing

@Suite struct `The documents of an estate` {
    private static let headings = [
        "## A1, Q1: ", "## A2, Q2: ", "## Q3: ", "## A3: ", "## A4: ", "## Q4: ", "## Q5: ",
        "## A5: ", "## EV1: ", "## EV2: ", "## EV3: ", "## EV4: ", "## EV5: ",
        "## What is missing, and who could know",
    ]

    @Test(arguments: `The five shipped estates`.tables.map(\.0))
    func `are all there, in one order, the same each time`(name: String) throws {
        let estate = try `The five shipped estates`.shipped(name)
        let text = EstateDocument(estate).text
        #expect(text == EstateDocument(estate).text)
        let found = text.split(separator: "\n").filter { $0.hasPrefix("## ") }
        #expect(found.count == Self.headings.count)
        for (line, heading) in zip(found, Self.headings) {
            #expect(line.hasPrefix(heading), "\(line)")
        }
    }

    /// Every row of the first tables says where each answer comes from.
    @Test(arguments: `The five shipped estates`.tables.map(\.0))
    func `cite a source for every answer`(name: String) throws {
        let text = EstateDocument(try `The five shipped estates`.shipped(name)).text
        let part = text.split(separator: "\n").drop { !$0.hasPrefix("## A1") }
            .prefix { !$0.hasPrefix("## Q3") }
        let rows = part.filter { $0.hasPrefix("| ") && !$0.hasPrefix("| ---") }
        #expect(rows.count > 4)
        for row in rows
        where !row.hasPrefix("| cluster |") && !row.hasPrefix("| node | cluster")
            && !row.hasPrefix("| machine |")
        {
            let cells = row.split(separator: "|").map { $0.trimmed }.dropFirst()
            for cell in cells where cell != "local" && cell != name {
                #expect(cell == "unknown" || cell.hasSuffix("]"), "\(row)")
            }
        }
    }

    @Test func `say what was seen beside what is declared, and where the two differ`() throws {
        let estate = try `The five shipped estates`.shipped("oci-layer7")
        let snapshot = ObservedSnapshot(
            estate: "oci-layer7", taken: "2026-11-21T03:04:05Z", salt: "",
            clusters: [
                "local": [
                    "nodes": .items([
                        "oci-arm": ["version": "v1.35.4+k3s1", "ready": "True"],
                        "layer7-vps1": ["version": "v9", "ready": "False"],
                        "stranger": ["version": "v1", "ready": "True"],
                    ]), "secrets": .cannotTell("it is forbidden"),
                ]
            ])
        let text = EstateDocument(
            estate, identities: ["local": "the-uid"], observed: snapshot,
            paths: [
                RecoveryPath(
                    cluster: "local", runbook: "r", version: "1.0.0", title: "t",
                    command: "recover r",
                    objective: 45, prerequisites: ["p"],
                    steps: [
                        .init(title: "one | two", approvals: 2), .init(title: "s", approvals: 0),
                    ])
            ]
        ).text
        for line in [
            "observed in the snapshot taken at 2026-11-21T03:04:05Z", "v1.35.4+k3s1 [d] [o]",
            "v1.35.4+k3s1 [d], but v9 [o]", "the-uid [b]", "| local | stranger | v1 | yes | no |",
            "| local | layer7-vps1 | v9 | no | yes |", "- local secrets: it is forbidden [o]",
            "- [ ] one \\| two (2 persons agree)", "- [ ] before: p", "45 min [r]",
            "- [ ] it is the cluster it was: UID the-uid [b]",
        ] {
            #expect(text.contains(line), "\(line)")
        }
        #expect(!text.contains("clusters local: no binding"))
    }

    @Test func `never let a fact end a table`() {
        let text = EstateDocument(
            Estate(facts: [
                "name": "e", "owner": "a\n# b",
                "clusters": [["name": "c", "purpose": "x | y\n| z"]],
            ])
        ).text
        #expect(text.contains("x \\| y \\| z"))
        #expect(!text.contains("\n| z"))
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
