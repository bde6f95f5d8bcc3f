import JSON
import Runbooks
import Testing

@testable import RecoveryEngine

@Suite struct `Values of a run` {
    private let values = Values([
        "pv": ["name": "pv-1", "size": 3, "flags": ["a", "b c"]],
        "evil": ["name": "--all", "file": "@x", "none": ""],
        "bad": ["list": ["ok", "-rf"]],
    ])

    private func argument(_ text: String) throws -> Argument { .text(try Template(text)) }

    @Test func `are found by their whole name`() throws {
        var values = values
        values.set("a.1.uid", "u")
        #expect(values.tree.at("a", "1", "uid") == "u")
        #expect(try values.fill(Template("{{ a.1.uid }}/{{ pv.size }}")) == "u/3")
        #expect(values[try #require(FactPath("pv.other"))] == nil)
        let missing = #expect(throws: Values.Missing.self) {
            try values.fill(Template("{{ pv.other }}"))
        }
        #expect(missing?.description == "'pv.other' has no value yet")
        #expect(
            values.show(try Template("{{ pv.other }} of {{ pv.name }}"))
                == "{{ pv.other }} of {{ pv.name }}")
    }

    @Test func `fill one argument each, never two`() throws {
        let arguments = [
            try argument("get"), try argument("x {{ pv.name }} y"),
            .spread(try #require(FactPath("pv.flags"))),
            .json(["n": "{{ pv.name }}", "s": 1]), try argument("--name={{ evil.name }}"),
        ]
        #expect(
            try values.fill(arguments) == [
                "get", "x pv-1 y", "a", "b c", #"{"n":"pv-1","s":1}"#, "--name=--all",
            ])
    }

    @Test func `B24 never become an option`() throws {
        for text in ["{{ evil.name }}", "{{ evil.file }}", "{{ evil.none }}{{ evil.name }}"] {
            #expect(throws: Values.Missing.self, "\(text)") {
                try values.fill([try argument(text)])
            }
        }
        let list = Argument.spread(try #require(FactPath("bad.list")))
        #expect(throws: Values.Missing.self) { try values.fill([list]) }
        // An author may write an option, and a value may stand in what is no argument.
        #expect(try values.fill([try argument("-n")]) == ["-n"])
        #expect(try values.fill(Template("{{ evil.name }}")) == "--all")
    }

    @Test func `are not read again once they are filled in`() throws {
        let values = Values(["a": "{{ b }}", "b": "secret"])
        #expect(try values.fill(Template("{{ a }}")) == "{{ b }}")
    }
}

@Suite struct `What a step keeps` {
    private func keep(_ capture: Capture, _ stdout: String) -> JSONValue? {
        var step = Step(id: "a", title: Template(literal: "A"), timeout: .seconds(1))
        step.capture = [capture]
        return Capturing.values(step, Array(stdout.utf8), Values(["node": ["name": "web"]])).first?
            .value
    }

    @Test func `is the text, or what stands at a place`() {
        #expect(keep(Capture(name: "t", json: nil), "line\n") == "line")
        let place = Capture(name: "t", json: "/a/0")
        #expect(keep(place, #"{"a": [1]}"#) == 1)
        #expect(keep(place, "{}") == "")
    }

    @Test func `is of a list what was asked for`() throws {
        let on = Capture.Filter(under: "/on", .equals(try Template("{{ node.name }}")))
        let notOn = Capture.Filter(under: "/on", .none(try Template("{{ node.name }}")))
        let second = Capture.Filter(under: "/name", .equals(Template(literal: "2")))
        let capture = Capture(
            name: "t", json: "/items", filters: [on], take: ["n": "/name", "x": "/none"])
        func names(_ filters: [Capture.Filter], _ stdout: String) -> JSONValue? {
            keep(Capture(name: "t", json: "/items", filters: filters, take: ["n": "/name"]), stdout)
        }
        let stdout =
            #"{"items": [{"name": "1", "on": [["web"]]}, {"name": "2", "on": "other"}, {"name": "3"}]}"#
        #expect(keep(capture, stdout) == [["n": "1", "x": ""]])
        #expect(names([notOn], stdout) == [["n": "2"], ["n": "3"]], "3 has no such place")
        #expect(names([notOn, second], stdout) == [["n": "2"]])
        #expect(names([on, second], stdout) == [])
        let (some, no) = (
            Capture.Filter(under: "/on", .present(true)),
            Capture.Filter(under: "/on", .present(false))
        )
        #expect(names([some], stdout) == [["n": "1"], ["n": "2"]])
        #expect(names([no], stdout) == [["n": "3"]])
        #expect(
            names([no], #"{"items": [{"name": "4", "on": null}, {"name": "5", "on": {}}]}"#) == [
                ["n": "4"]
            ])
    }

    @Test func `is of a repository whatever its URL looks like, and keeps members of members`() {
        let own = Capture.Filter(
            under: "/url", .repository(Template(literal: "https://git.example/a/b.git")))
        let capture = Capture(
            name: "t", json: "/items", filters: [own],
            take: ["n": "/name", "by.name": "/by", "by.namespace": "/in"])
        let stdout = #"""
            {"items": [{"name": "1", "url": "git@git.example:a/b", "by": "x", "in": "y"},
            {"name": "2", "url": "https://git.example/a/c"}, {"name": "3"}, {"name": "4", "url": 1}]}
            """#
        #expect(
            keep(capture, stdout) == [["n": "1", "by": ["name": "x", "namespace": "y"]]])
    }

    @Test func `can stand in a journal, whatever was printed`() {
        // A number too large must not end the engine, and with it this process.
        let printed = #"{"a": [null, 1.5, 9007199254740993, -9223372036854775808, 1e999]}"#
        let kept = keep(Capture(name: "t", json: "/a"), printed)
        #expect(kept?.isCanonical == true)
    }
}
