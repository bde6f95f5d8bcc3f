import JSON
import Testing

@testable import YAML

private func code(_ text: String) -> String { code(Array(text.utf8)) }

private func code(_ bytes: [UInt8]) -> String {
    do {
        _ = try YAMLParser.parse(bytes)
        return "none"
    } catch {
        return error.code
    }
}

private func parsed(_ text: String) throws -> YAMLNode { try YAMLParser.parse(Array(text.utf8)) }

@Suite struct `What is refused` {
    @Test(arguments: [
        ("B01 empty", "", "RB-EMPTY"), ("B01 comment", "# nothing\n", "RB-EMPTY"),
        ("B01 marker", "---\n", "RB-EMPTY"),
        ("B03 escaped NUL", "a: \"x\\0y\"\n", "RB-NUL"), ("B03 raw NUL", "a: x\0y\n", "RB-NUL"),
        ("B04 tab", "a:\n\tb: 1\n", "RB-YAML"),
        ("B05 alias", "a: &x [1]\nb: *x\n", "RB-ALIAS"), ("B05 lone alias", "a: *x\n", "RB-ALIAS"),
        ("B05 anchored key", "&k a: 1\n", "RB-ALIAS"),
        ("B09 twice", "steps: 1\nother: 2\nsteps: 3\n", "RB-DUPKEY"),
        ("B09 quoted", "a: 1\n'a': 2\n", "RB-DUPKEY"), ("B09 flow", "{a: 1, a: 2}", "RB-DUPKEY"),
        ("B10", "a: 1\n---\nb: 2\n", "RB-MULTIDOC"), ("B10 empty", "a: 1\n---\n", "RB-MULTIDOC"),
        ("B11 object", "!!python/object:os.system {}\n", "RB-TAG"),
        ("B11 str", "a: !!str 1\n", "RB-TAG"), ("B11 bare", "a: ! 1\n", "RB-TAG"),
        ("B11 list", "a: !x [1]\n", "RB-TAG"),
        ("B12", "<<: {a: 1}\n", "RB-MERGE"),
        ("B30 bidi", "title: a\u{202E}b\n", "RB-UNICODE"),
        ("B30 in a comment", "a: 1 # \u{2066}\n", "RB-UNICODE"),
        ("B30 zero width", "title: a\u{200B}b\n", "RB-UNICODE"),
        ("B30 escaped", "title: \"a\\u202Eb\"\n", "RB-UNICODE"),
        ("list as key", "? [1]\n: 2\n", "RB-YAML"), ("unclosed", "a: [1, 2\n", "RB-YAML"),
        ("control character", "a: \u{1}\n", "RB-YAML"),
    ])
    func `a text is refused with its code`(name: String, text: String, expected: String) {
        #expect(code(text) == expected, "\(name)")
    }

    @Test func `B02 other encodings are named with the byte`() throws {
        #expect(code([0xFF, 0xFE, 0x61, 0x00]) == "RB-ENCODING")
        let latin = [0xEF, 0xBB, 0xBF] + Array("a: caf".utf8) + [0xE9, 0x0A]
        let error = #expect(throws: YAMLError.self) { try YAMLParser.parse(latin) }
        #expect(
            error
                == YAMLError(
                    code: "RB-ENCODING", mark: Mark(line: 1, column: 7),
                    reason: "byte 9 is not UTF-8"))
    }

    @Test func `B04 the line and column are those of the tab`() {
        let error = #expect(throws: YAMLError.self) { try parsed("a:\n\tb: 1\n") }
        #expect(error?.mark == Mark(line: 2, column: 1))
    }

    @Test(.timeLimit(.minutes(10))) func `B05 B06 B08 bombs end at once`() {
        var laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
        for level in 1...12 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",")
            laughs += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let clock = ContinuousClock()
        let deep = String(repeating: "[", count: 100_000)
        let blocks = String(repeating: "- ", count: 100_000)
        let wide = (0..<90_000).map { "k\($0): 1\n" }.joined()
        let spent = clock.measure {
            #expect(code(laughs) == "RB-ALIAS")
            #expect(code(deep) == "RB-DEPTH")
            #expect(code(blocks) == "RB-DEPTH")
            #expect(code(wide) == "RB-NODES")
        }
        // Unoptimized and on a busy machine; a bomb would take minutes.
        #expect(spent < .seconds(5))
    }

    @Test func `B07 too many bytes are refused before parsing`() {
        #expect(code([UInt8](repeating: 0xFF, count: (1 << 20) + 1)) == "RB-SIZE")
    }

    @Test func `B09 both lines are named`() {
        let error = #expect(throws: YAMLError.self) { try parsed("steps: 1\nb: 2\nsteps: 3\n") }
        #expect(error?.mark == Mark(line: 3, column: 1))
        #expect(error?.reason.contains("line 1") == true)
        #expect(error?.reason.contains("line 3") == true)
    }

    @Test func `the limits themselves are allowed`() throws {
        let deep = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
        #expect(code(deep) == "none")
        #expect(code("[" + deep + "]") == "none", "33 brackets hold 32 levels inside the first")
        #expect(code("[[" + deep + "]]") == "RB-DEPTH")
        let full = "[" + Array(repeating: "1", count: 9_999).joined(separator: ",") + "]"
        #expect(code(full) == "none")
        #expect(code("[1," + full.dropFirst()) == "RB-NODES")
    }
}

@Suite struct `What is read` {
    @Test func `nodes know their place and mappings their order`() throws {
        let node = try parsed("b: 1\na:\n  - x\n  - 'y'\n")
        #expect(node.mapping?.keys.map(\.text) == ["b", "a"])
        #expect(node["a"]?.mark == Mark(line: 3, column: 3))
        #expect(
            node["a"]?.sequence?[1].scalar
                == Scalar(text: "y", isPlain: false, mark: Mark(line: 4, column: 5)))
        #expect(node["c"] == nil)
        let again = try parsed("b: 1\na:\n  - x\n  - 'y'\n")
        #expect(node == again)
    }

    @Test func `a byte order mark is skipped`() throws {
        #expect(try YAMLParser.parse([0xEF, 0xBB, 0xBF] + Array("a: 1".utf8)).json == ["a": 1])
    }

    @Test(arguments: [
        ("true", JSONValue.bool(true)), ("false", .bool(false)), ("12", .int(12)),
        ("-3", .int(-3)), ("0", .int(0)), ("", .null), ("null", .null), ("~", .null),
        ("yes", .string("yes")), ("True", .string("True")), ("012", .string("012")),
        ("0o17", .string("0o17")), ("0x1f", .string("0x1f")), ("1e3", .string("1e3")),
        ("1.10", .string("1.10")), ("+1", .string("+1")), ("-0", .string("-0")),
        ("99999999999999999999", .string("99999999999999999999")),
        ("'true'", .string("true")), ("\"12\"", .string("12")), ("|-\n  12", .string("12")),
        ("2024-01-01", .string("2024-01-01")), ("1_000", .string("1_000")),
    ])
    func `the JSON core`(text: String, expected: JSONValue) throws {
        #expect(try parsed("a: \(text)\n")["a"]?.json == expected)
    }

    @Test func `several documents come in order without the empty ones`() throws {
        let text = "---\n# only a comment\n---\na: 1\n---\n---\n- 2\n...\n"
        #expect(try YAMLParser.parseAll(Array(text.utf8)).map(\.json) == [["a": 1], [2]])
        #expect(try YAMLParser.parseAll([]).isEmpty)
        #expect(throws: YAMLError.self) {
            try YAMLParser.parseAll(Array("a: &x 1\n---\nb: *x\n".utf8))
        }
    }
}
