import Runbooks
import Testing
import YAML

/// What an author may get wrong, and where they are told it is.
@Suite struct `A runbook that is wrong` {
    private static let right = "{ id: a, title: A, timeout: 30s, effect: once, do: { run: [x] } }"

    @Test func `is told apart from one that is right`() {
        #expect(findings(runbook(step: Self.right)) == [])
    }

    @Test(arguments: [
        ("B13 a version that is a number", "version: 1.0.0", "version: 10", "RB-TYPE 3:10"),
        ("B14 another language", "recover: 1", "recover: 99", "RB-VERSION 1:10"),
        ("B14 the language as text", "recover: 1", "recover: \"1\"", "RB-VERSION 1:10"),
        ("B15 an unknown member", "title: X", "title: X\nretrys: 1", "RB-UNKNOWN 5:1"),
        ("another file's name", "runbook: x", "runbook: y", "RB-ID 2:10"),
        ("B31 a homoglyph", "runbook: x", "runbook: х", "RB-ID 2:10"),
        ("no title", "title: X\n", "", "RB-MISSING 1:1"),
        ("a title that is a list", "title: X", "title: [X]", "RB-TYPE 4:8"),
        ("no time for a check", "within: 1m, ", "", "RB-DURATION 5:13"),
        (
            "a strange objective", "title: X", "title: X\nobjective: { rto: soon }",
            "RB-DURATION 5:19"
        ),
        (
            "a strange condition", "title: X", "title: X\napplies-to: { node: k3s }",
            "RB-TYPE 5:21"
        ),
        ("B30 bidi in a title", "title: X", "title: a\u{202E}b", "RB-UNICODE 4:9"),
        ("B30 zero width in a title", "title: X", "title: a\u{200B}b", "RB-UNICODE 4:9"),
    ])
    func `in its head is told where`(name: String, from: String, to: String, expected: String) {
        let text = runbook(step: Self.right)
        let parts = text.components(around: from)
        #expect(findings(parts.before + to + parts.after) == [expected], "\(name)")
    }

    @Test(arguments: [
        (
            "B15 near name",
            "{ id: a, title: A, timeout: 30s, effect: once, do: { run: [x] }, hazzard: h }",
            "RB-UNKNOWN 7:70"
        ),
        (
            "B16 a word that is no flag",
            step(check: "{ run: [x], expect: { stdout: { empty: no } } }"), "RB-TYPE 7:83"
        ),
        ("B17 slash", step(id: "a/b"), "RB-ID 7:11"), ("B17 dots", step(id: "'..'"), "RB-ID 7:11"),
        ("B17 space", step(id: "a b"), "RB-ID 7:11"),
        ("B17 upper case", step(id: "Ab"), "RB-ID 7:11"),
        ("B17 long", step(id: String(repeating: "a", count: 200)), "RB-ID 7:11"),
        ("B17 dash first", step(id: "-a"), "RB-ID 7:11"),
        ("B31 homoglyph", step(id: "аb"), "RB-ID 7:11"),
        (
            "B21 no goal, no effect", "{ id: a, title: A, timeout: 30s, do: { run: [x] } }",
            "RB-EFFECT 7:5"
        ),
        ("neither do nor goal", "{ id: a, title: A, timeout: 30s }", "RB-EMPTY-STEP 7:5"),
        ("B23 one string", step(action: "{ run: kubectl get nodes }"), "RB-ARGV 7:63"),
        ("B23 empty", step(action: "{ run: [] }"), "RB-ARGV 7:63"),
        ("B25 shell", step(action: "{ run: [sh, -c, 'rm {{ node.name }}'] }"), "RB-SHELL 7:64"),
        ("B25 bash by path", step(action: "{ run: [/bin/bash, -c, '{{ x }}'] }"), "RB-SHELL 7:64"),
        ("B26 filter", step(title: "'{{ a | upper }}'"), "RB-TEMPLATE 7:21"),
        ("B26 nested", step(title: "'{{ {{ a }} }}'"), "RB-TEMPLATE 7:21"),
        ("B26 open", step(title: "'{{ a'"), "RB-TEMPLATE 7:21"),
        ("B26 empty", step(title: "'{{ }}'"), "RB-TEMPLATE 7:21"),
        ("B27 zero", step(timeout: "0s"), "RB-DURATION 7:33"),
        ("B27 negative", step(timeout: "-5s"), "RB-DURATION 7:33"),
        ("B27 bare", step(timeout: "1e9"), "RB-DURATION 7:33"),
        ("B27 words", step(timeout: "5 parsecs"), "RB-DURATION 7:33"),
        ("B27 too long", step(timeout: "31d"), "RB-DURATION 7:33"),
        ("B27 plus", step(timeout: "+5s"), "RB-DURATION 7:33"),
        ("B27 missing", "{ id: a, title: A, effect: once, do: { run: [x] } }", "RB-DURATION 7:5"),
        ("B30 in a title", step(title: "a\u{2066}b"), "RB-UNICODE 7:22"),
        (
            "effect class", "{ id: a, title: A, timeout: 30s, effect: twice, do: { run: [x] } }",
            "RB-TYPE 7:46"
        ),
        ("three persons", step(action: "{ run: [x] }, approve: 3"), "RB-GATE 7:79"),
        (
            "approval of nothing",
            "{ id: a, title: A, timeout: 30s, goal: { run: [x] }, approve: 1 }", "RB-GATE 7:5"
        ),
        (
            "goal of a note",
            "{ id: a, title: A, timeout: 30s, goal: { run: [x] }, do: { note: true } }",
            "RB-NOTE 7:5"
        ),
        ("unknown action", step(action: "{ rn: [x] }"), "RB-ACTION 7:56"),
        ("kubectl waits", step(action: "{ kubectl: { at: c, run: [wait, x] } }"), "RB-WAITS 7:67"),
        (
            "kubectl drains", step(action: "{ kubectl: { at: c, run: [drain, x] } }"),
            "RB-WAITS 7:67"
        ),
        (
            "kubectl watches", step(action: "{ kubectl: { at: c, run: [get, -w] } }"),
            "RB-WAITS 7:67"
        ),
        (
            "delete by name", step(action: "{ kubectl: { at: c, run: [delete, pod, x] } }"),
            "RB-DELETE 7:67"
        ),
        (
            "no pointer", step(check: "{ run: [x], expect: { json: { at: items, count: 1 } } }"),
            "RB-POINTER 7:72"
        ),
        (
            "no condition", step(check: "{ run: [x], expect: { json: { at: /items } } }"),
            "RB-MATCHER 7:72"
        ),
        ("no question", step(check: "{ expect: { exit: 1 } }"), "RB-CHECK 7:44"),
        ("unknown proof", step(check: "{ prove: poweredoff, with: { node: n } }"), "RB-PROOF 7:53"),
        ("a list of no checks", step(check: "{ all: [] }"), "RB-TYPE 7:51"),
        ("members of a member twice", step(take: "p: /p, p.name: /n"), "RB-ID 7:164"),
        ("a member too deep", step(take: "p.of.name: /n"), "RB-ID 7:157"),
        ("a place of two conditions", step(where: "equals: a, none: b"), "RB-CHECK 7:123"),
        (
            "a place of an unknown name", step(where: "none: '{{ nobody.name }}'"),
            "RB-TEMPLATE 7:142"
        ),
    ])
    func `in a step is told where`(name: String, step: String, expected: String) {
        #expect(findings(runbook(step: step)) == [expected], "\(name)")
    }

    private static func step(
        id: String = "a", title: String = "A", timeout: String = "30s",
        action: String = "{ run: [x] }"
    ) -> String {
        "{ id: \(id), title: \(title), timeout: \(timeout), effect: once, do: \(action) }"
    }

    private static func step(take: String = "n: /n", where filter: String = "equals: a") -> String {
        "{ id: a, title: A, timeout: 30s, effect: repeatable, do: { run: [x] }, "
            + "capture: { c: { from: stdout, json: /i, where: { under: /x, \(filter) }, "
            + "take: { \(take) } } } }"
    }

    private static func step(check: String) -> String {
        "{ id: a, title: A, timeout: 30s, goal: \(check) }"
    }

    @Test func `B15 hears what may have been meant`() {
        let messages = diagnostics(
            runbook(step: "{ id: a, title: A, timeot: 30s, goal: { run: [x] } }")
        ).map(\.message)
        #expect(messages.contains { $0.contains("did you mean 'timeout'?") }, "\(messages)")
    }

    @Test func `B18 with one id twice hears of both lines`() {
        let found = diagnostics(runbook(step: Self.right + "\n  - " + Self.right))
        #expect(found.map(\.code) == ["RB-DUPID"])
        #expect(found.first?.mark?.line == 8)
        #expect(found.first?.message.contains("line 7") == true)
    }

    @Test func `hears of all its mistakes at once`() {
        let text = """
            recover: 2
            runbook: x
            version: 1
            title: X
            surprise: 1
            recovered: [{ id: up, title: Up, within: 1m, check: { run: [x] } }]
            steps:
              - { id: A, title: A, timeout: 0s, do: { run: x } }
              - { id: b, title: "{{", timeout: 1s, goal: { run: [x] } }
            """
        let codes = diagnostics(text).map(\.code).sorted()
        #expect(
            codes == [
                "RB-ARGV", "RB-DURATION", "RB-ID", "RB-TEMPLATE", "RB-TYPE", "RB-UNKNOWN",
                "RB-VERSION",
            ])
    }
}

extension String {
    /// What stands before and behind the first `part`.
    func components(around part: String) -> (before: String, after: String) {
        var start = startIndex
        while start < endIndex, !self[start...].hasPrefix(part) { formIndex(after: &start) }
        return (String(self[..<start]), String(self[start...].dropFirst(part.count)))
    }
}
