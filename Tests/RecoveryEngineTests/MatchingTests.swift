import JSON
import Runbooks
import Testing

@testable import RecoveryEngine

/// Every matcher, on answers that match, do not match, and say nothing.
@Suite struct `A check` {
    private static let values = Values(["observed": ["uid": "u1"], "node": ["labels": ["a": "1"]]])

    private func finding(
        _ expectation: Runbooks.Expectation, _ stdout: String, stderr: String = "",
        exit: Exit = .exited(0)
    ) -> Finding {
        let reply = Reply.ran(exit, stdout: Array(stdout.utf8), stderr: Array(stderr.utf8))
        return Evaluator(values: Self.values) { _ in reply }
            .evaluate(.question(.run([.text(Template(literal: "x"))]), expectation))
    }

    private func text(_ matcher: TextMatcher, _ stdout: String) -> Answer {
        var expectation = Runbooks.Expectation()
        expectation.texts = [Runbooks.Expectation.Pair(stream: .stdout, matcher: matcher)]
        return finding(expectation, stdout).answer
    }

    private func json(_ condition: JSONMatcher.Condition, _ stdout: String, at: String = "/items")
        -> Answer
    {
        var expectation = Runbooks.Expectation()
        expectation.json = [JSONMatcher(at: at, condition: condition)]
        return finding(expectation, stdout).answer
    }

    private func path(_ text: String) throws -> FactPath { try #require(FactPath(text)) }

    @Test func `on text holds or fails by its matcher`() throws {
        let uid = try path("observed.uid")
        let nobody = try path("observed.other")
        let table: [(TextMatcher, String, Answer)] = [
            (.equals(Template(literal: "ok")), "ok\n", .holds),
            (.equals(Template(literal: "ok")), "ok \n", .fails),
            (.equals(try Template("{{ observed.uid }}")), "u1", .holds),
            (.equals(try Template("{{ observed.nothing }}")), "u1", .cannotTell),
            (.contains(Template(literal: "b")), "abc", .holds),
            (.contains(Template(literal: "d")), "abc", .fails),
            (.contains(Template(literal: "é")), "caf\u{E9}s", .holds),
            (.starts(Template(literal: "a")), "abc", .holds),
            (.starts(Template(literal: "b")), "abc", .fails),
            (.ends(Template(literal: "c")), "abc\n", .holds),
            (.ends(Template(literal: "b")), "abc", .fails),
            (.empty(true), "", .holds), (.empty(true), "\n", .holds), (.empty(true), "x", .fails),
            (.empty(false), "x", .holds), (.empty(false), "", .fails),
            (.lines(containing: Template(literal: "a"), count: 2), "a\nb\nca\n", .holds),
            (.lines(containing: Template(literal: "a"), count: 1), "a\nb\nca\n", .fails),
            (.sameAs(uid), "u1\n", .holds), (.sameAs(uid), "u2", .fails),
            (.differsFrom(uid), "u2", .holds), (.differsFrom(uid), "", .holds),
            (.differsFrom(uid), "u1", .fails),
            (.differsFrom(nobody), "", .cannotTell), (.sameAs(nobody), "u1", .cannotTell),
        ]
        for (matcher, stdout, expected) in table {
            #expect(text(matcher, stdout) == expected, "\(matcher) \(stdout)")
        }
    }

    @Test func `on JSON holds or fails by its condition`() throws {
        let two = #"{"items": [{"a": 1, "b": {"c": "x"}}, {"a": 2, "b": {"c": "x", "d": 1}}]}"#
        let c = JSONMatcher.Element.members(["b": ["c": "x"]])
        let a = JSONMatcher.Element.members(["a": 1])
        let place = JSONMatcher.Element.at([JSONMatcher(at: "/a", condition: .anyOf([1, 2]))])
        let table: [(JSONMatcher.Condition, String, String, Answer)] = [
            (.every(c), two, "/items", .holds), (.every(a), two, "/items", .fails),
            (.every(place), two, "/items", .holds), (.some(a), two, "/items", .holds),
            (.some(.members(["a": 3])), two, "/items", .fails),
            (.none(.members(["a": 3])), two, "/items", .holds),
            (.none(a), two, "/items", .fails), (.count(2), two, "/items", .holds),
            (.count(1), two, "/items", .fails),
            (.equals(.value(1)), two, "/items/0/a", .holds),
            (.equals(.value("1")), two, "/items/0/a", .fails),
            (.anyOf([1, 3]), two, "/items/0/a", .holds), (.anyOf([3]), two, "/items/0/a", .fails),
            (.includes(.value(["c": "x"])), two, "/items/1/b", .holds),
            (.includes(.value(["c": "y"])), two, "/items/1/b", .fails),
            (.includes(.value([["a": 2]])), two, "/items", .holds),
            (
                .includes(.reference(try path("node.labels"))), #"{"l": {"a": "1", "b": "2"}}"#,
                "/l", .holds
            ),
            (.includes(.reference(try path("node.labels"))), #"{"l": {"b": "2"}}"#, "/l", .fails),
            (.includes(.reference(try path("node.none"))), #"{"l": {}}"#, "/l", .cannotTell),
            (.sameAs(try path("observed.uid")), #"{"u": "u1"}"#, "/u", .holds),
            (.differsFrom(try path("observed.uid")), #"{"u": "u1"}"#, "/u", .fails),
            (.present(true), two, "/items", .holds), (.present(true), two, "/other", .fails),
            (.present(false), two, "/other", .holds), (.present(false), two, "/items", .fails),
        ]
        for (condition, stdout, at, expected) in table {
            #expect(json(condition, stdout, at: at) == expected, "\(condition) at \(at)")
        }
    }

    @Test func `of every element never holds for an empty or missing list`() {
        let any = JSONMatcher.Element.members([:])
        for stdout in [#"{"items": []}"#, #"{}"#, #"{"items": {}}"#, #"{"items": null}"#] {
            #expect(json(.every(any), stdout) == .fails, "\(stdout)")
            #expect(json(.some(any), stdout) == .fails, "\(stdout)")
        }
        #expect(json(.none(any), #"{"items": []}"#) == .holds)
    }

    @Test func `cannot tell from what is no JSON`() {
        for stdout in ["", "error: no", "{\"items\": [", "[1,]"] {
            #expect(json(.count(0), stdout) == .cannotTell)
        }
    }

    /// With its API down `kubectl get … --ignore-not-found` prints nothing and exits 1.
    @Test func `never takes a failed question for an answer`() {
        var gone = Runbooks.Expectation()
        gone.texts = [Runbooks.Expectation.Pair(stream: .stdout, matcher: .empty(true))]
        #expect(
            finding(gone, "", stderr: "The connection was refused", exit: .exited(1)).answer
                == .cannotTell)
        for exit in [Exit.exited(255), .exited(2), .signalled(15), .timedOut] {
            #expect(finding(gone, "", exit: exit).answer == .cannotTell)
        }
        #expect(finding(gone, "").answer == .holds)
    }

    @Test func `knows its exit codes`() {
        var expectation = Runbooks.Expectation()
        expectation.exit = 3
        expectation.failsOn = [0]
        let answers = [3, 0, 1].map { finding(expectation, "", exit: .exited($0)).answer }
        #expect(answers == [.holds, .fails, .cannotTell])
    }

    @Test func `on the log sees both streams`() {
        var expectation = Runbooks.Expectation()
        for word in ["out", "err"] {
            let matcher = TextMatcher.contains(Template(literal: word))
            expectation.texts.append(Runbooks.Expectation.Pair(stream: .log, matcher: matcher))
        }
        #expect(finding(expectation, "out", stderr: "err").answer == .holds)
        #expect(finding(expectation, "out").answer == .fails)
    }
}
