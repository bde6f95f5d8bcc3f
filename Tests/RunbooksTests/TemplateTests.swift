import Runbooks
import Testing

@Suite struct `A template` {
    @Test func `has holes that are names, and nothing else`() throws {
        let template = try Template("a {{ node.name }}{{x}} }} b")
        #expect(template.holes.map(\.description) == ["node.name", "x"])
        #expect(template.literal == nil)
        #expect(template.source == "a {{ node.name }}{{ x }} }} b")
        #expect(try Template(template.source) == template)
        #expect(try Template("{ a } }}").literal == "{ a } }}")
        #expect(try Template("").literal == "")
    }

    @Test(arguments: [
        "{{", "{{ a", "{{ }}", "{{ a b }}", "{{ a.}}", "{{ .a }}", "{{ a | b }}", "{{ f(x) }}",
        "{{{ a }}}",
    ])
    func `refuses everything that is more than a name`(text: String) {
        #expect(throws: Template.Fault.self) { try Template(text) }
    }

    @Test func `may show what looks like a template without being read as one`() {
        #expect(Template(literal: "{{ a }}").holes.isEmpty)
    }
}

@Suite struct `A length of time` {
    @Test func `is a number and a unit`() {
        let texts = ["500ms", "30s", "10m", "2h", "1d", "30d", "007s"]
        let lengths = texts.map { Duration(runbookText: $0) }
        let seconds: [Double] = [0.5, 30, 600, 7200, 86400, 30 * 86400, 7]
        #expect(lengths == seconds.map { Duration.seconds($0) })
    }

    @Test(arguments: [
        "", "s", "0s", "-1s", "+1s", "1", "1.5s", "1 s", "1S", "31d", "721h", "1e3s", "1w",
        "99999999999999999999s",
    ])
    func `is nothing else`(text: String) {
        #expect(Duration(runbookText: text) == nil)
    }
}
