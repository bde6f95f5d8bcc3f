import Runbooks
import Testing
import YAML

@Suite struct `What is unwise` {
    /// Codes and places of the warnings about a runbook with these steps.
    private func warnings(
        _ steps: String, head: String = "", fragments: [String: String] = [:]
    ) throws -> [String] {
        try Files.withFolder { folder in
            let text = """
                recover: 1
                runbook: x
                version: 1.0.0
                title: X
                parameters: { node: { type: node }\(head) }
                steps:
                \(steps)
                recovered: [{ id: up, title: "{{ node.name }}", within: 1m, check: { run: [x] } }]
                objective: { rto: 10m }

                """
            try Files.write(text.utf8, to: folder + "/x.yaml")
            let found = Lint.findings(in: RunbookLibrary(directory: folder), "x")
            #expect(found.errors.map(\.description) == [])
            #expect(found.runbooks == 1)
            return found.warnings.map { "\($0.code) \($0.mark?.description ?? "-")" }
        }
    }

    @Test func `has nothing to say about a plain step`() throws {
        #expect(
            try warnings(
                "  - { id: a, title: A, timeout: 1m, goal: { run: [x] }, do: { run: [y] } }") == [])
    }

    @Test(arguments: [
        ("LINT-GUARD 7:61", "goal: { run: [x] }, guard: { run: [x] }, do: { run: [y] }"),
        ("LINT-SETTLE 7:50", "effect: once, settle: 2m, hazard: H, do: { run: [y] }"),
        ("LINT-ONCE 7:44", "effect: once, do: { run: [y] }"),
        ("LINT-APPROVE 7:65", "effect: repeatable, approve: 1, do: { run: [y] }"),
        (
            "LINT-UNUSED 7:94",
            "effect: repeatable, do: { run: [y] }, capture: { c: { from: stdout } }"
        ),
        (
            "LINT-IDENTITY 7:81",
            "goal: { ssh: { host: node, run: [x] } }, "
                + "do: { ssh: { host: node, run: [systemctl, restart, k] } }"
        ),
    ])
    func `says what is unwise in a step`(expected: String, members: String) throws {
        let found = try warnings("  - { id: a, title: A, timeout: 1m, \(members) }")
        #expect(
            found.map { String($0.prefix { $0 != " " }) } == [String(expected.prefix { $0 != " " })]
        )
        #expect(found.first?.contains(" 7:") == true, "\(found)")
    }

    @Test(arguments: [
        "goal: { run: [x] }, guard: { run: [z] }, do: { run: [y] }",
        "effect: once, settle: 1s, hazard: H, do: { run: [y] }",
        "effect: repeatable, approve: 1, hazard: H, do: { run: [y] }",
        "approve: 1, do: { ask: true }",
        "observe: { i: { ssh: { host: node, run: [i] } } }, goal: { ssh: { host: node, run: [x] } }, "
            + "do: { ssh: { host: node, run: [systemctl, restart, k] } }",
    ])
    func `is silent where it is not`(members: String) throws {
        #expect(try warnings("  - { id: a, title: A, timeout: 1m, \(members) }") == [])
    }

    @Test func `counts what is used anywhere`() throws {
        let find =
            "  - { id: f, title: F, timeout: 1m, effect: repeatable, do: { run: [y] }, "
            + "capture: { c: { from: stdout, json: /a } } }\n"
        let use = "  - { id: u, title: U, each: { e: f.c }, timeout: 1m, goal: { run: [x] } }"
        #expect(try warnings(find + use) == [])
        #expect(
            try warnings(use.replacing("f.c", with: "node.labels"), head: ", spare: { type: text }")
                == ["LINT-UNUSED -"])
    }

    @Test func `says that a wait is longer than the objective`() throws {
        #expect(
            try warnings("  - { id: a, title: A, timeout: 11m, goal: { run: [x] } }") == [
                "LINT-LONG 7:33"
            ])
        #expect(try warnings("  - { id: a, title: A, timeout: 10m, goal: { run: [x] } }") == [])
    }

    @Test func `finds no error in what is committed, and prints what it would change`() {
        let found = Lint.findings(in: RunbookLibrary(directory: root + "/runbooks"))
        #expect(found.errors.map(\.description) == [])
        #expect(found.runbooks >= 4)
        for warning in found.warnings { print("lint: \(warning)") }
        #expect(found.warnings.allSatisfy { $0.code.hasPrefix("LINT-") })
    }

    @Test func `finds each mistake of the corpus`() throws {
        let found = Lint.findings(in: RunbookLibrary(directory: Corpus.folder))
        for exhibit in try Corpus.exhibits() {
            let codes = found.errors.filter { $0.file.hasSuffix("/\(exhibit.name).yaml") }.map(
                \.code)
            let isElsewhere = ["b19-cycle", "b19-self", "b20-through-a-parameter"].contains(
                exhibit.name)
            #expect(isElsewhere || codes.sorted() == exhibit.codes.sorted(), "\(exhibit.name)")
        }
    }
}
