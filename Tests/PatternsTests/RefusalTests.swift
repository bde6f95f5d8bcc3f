import Patterns
import Testing

/// What is no pattern, where, and why.
@Suite struct `A text that is no pattern` {
    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let offset: Int
        let reason: String
        var testDescription: String { text }

        init(_ text: String, _ offset: Int, _ reason: String) {
            (self.text, self.offset, self.reason) = (text, offset, reason)
        }
    }

    private static let twice = "a repetition of a repetition"
    private static let large = "more than 10000 parts"

    static let powers = [
        Row("(a)\\1", 3, "refer back"), Row("(a)\\k<a>", 3, "refer back"),
        Row("é(?=a)", 2, "look around"), Row("(?!a)", 0, "look around"),
        Row("(?<=a)", 0, "look around"), Row("(?<!a)", 0, "look around"),
        Row("a*?", 2, "lazy"), Row("a+?", 2, "lazy"), Row("a??", 2, "lazy"),
        Row("a{2}?", 4, "lazy"), Row("a*+", 2, "gives nothing back"),
        Row("a++", 2, "gives nothing back"), Row("a?+", 2, "gives nothing back"),
        Row("a{2}+", 4, "gives nothing back"), Row("(?>a)", 0, "keeps what it took"),
        Row("(?<n>a)", 0, "no names"), Row("(?P<n>a)", 0, "no names"),
        Row("(?'n'a)", 0, "no names"), Row("(?i)a", 0, "no flags"), Row("(?", 0, "no flags"),
        Row("(?#a)", 0, "no comments"), Row("\\bx", 0, "word's boundary"),
        Row("\\Bx", 0, "word's boundary"), Row("x\\z", 1, "^ and $"), Row("\\Ax", 0, "^ and $"),
        Row("\\q", 0, "'\\q' has no meaning"), Row("\\n", 0, "no meaning"),
        Row("\\p{L}", 0, "no meaning"), Row("\\é", 0, "no meaning"),
        Row("a\\", 1, "nothing follows"),
        Row("[\\b]", 1, "word's boundary"), Row("[\\1]", 1, "refer back"),
    ]

    static let again = [
        "(a+)+", "(a+)+$", "(a*)*", "(?:a+)*", "((a+))+", "(a?)*", "(a?){50}", "(a|b+)*", "(a*b?)+",
        "(\\s*\\w+)*", "(\\w+\\s?)+", "(a{2,3}){2}", "(a{2,}){2,}", "((a+)?)*", "((ab)*)+", "((a+){1})+",
    ].map { text in
        Row(text, text.utf8.count - text.utf8.reversed().prefix { $0 != 0x29 }.count, twice)
    }

    static let shapes = [
        Row("", 0, "empty pattern"), Row(String(repeating: "a", count: 1001), 1000, "1000 bytes"),
        Row("(", 1, "nothing stands here"), Row("()", 1, "nothing stands here"),
        Row("(a", 0, "never closed"), Row("a)", 1, "no '('"), Row("a|", 2, "nothing stands here"),
        Row("|a", 0, "nothing stands here"), Row("(a||b)", 3, "nothing stands here"),
        Row("*a", 0, "nothing before '*'"), Row("(+)", 1, "nothing before '+'"),
        Row("a|?", 2, "nothing before '?'"), Row("{2}", 0, "nothing before '{'"),
        Row("^*", 1, "a place in the text"), Row("a$+", 2, "a place in the text"),
        Row("(^)*x", 3, "a place in the text"),
        Row("a**", 2, twice), Row("a+*", 2, twice), Row("a{2}{3}", 4, twice),
        Row("a{}", 1, "a count is"), Row("a{,3}", 1, "a count is"), Row("a{2", 1, "a count is"),
        Row("a{x}", 1, "a count is"), Row("a{2,x}", 1, "a count is"), Row("a{0}", 1, "0 times"),
        Row("a{0,0}", 1, "0 times"), Row("a{3,2}", 1, "2 is less than 3"),
        Row("a{12345}", 2, "4 digits"), Row("a]", 1, "nothing is open"),
        Row("a}", 1, "nothing is open"),
        Row("é[", 2, "never closed"), Row("[a", 0, "never closed"), Row("[a-", 0, "never closed"),
        Row("[]", 0, "class is empty"), Row("[^]", 0, "class is empty"),
        Row("[]a]", 0, "class is empty"), Row("[[:alpha:]]", 1, "no names"), Row("[a[]", 2, "\\["),
        Row("[z-a]", 1, "range is empty"), Row("[a-\\d]", 1, "one character to another"),
        Row("[\\w-z]", 1, "one character to another"),
        Row("(a{200}){51}", 8, large), Row("((a{1000}){1000}){1000}", 10, large),
        Row("a{6000}b{6000}", 0, large),
        Row(String(repeating: "(", count: 51) + "a", 50, "at most 50 deep"),
    ]

    @Test(arguments: powers + again + shapes)
    func `is refused where the mistake is`(row: Row) {
        let fault = #expect(throws: Pattern.Fault.self) { try Pattern(row.text) }
        #expect(fault?.offset == row.offset)
        #expect(fault?.reason.contains(row.reason) == true, "\(fault?.reason ?? "accepted")")
    }

    @Test func `is not one that only looks like it`() throws {
        for text in [
            "(a+)?", "(a{2}){3}", "(a+b)*", "(\\d+\\.)*\\d+", "(^a)*",
            String(repeating: "a", count: 1000),
            "a{9998}", String(repeating: "(", count: 50) + "a" + String(repeating: ")", count: 50),
        ] { _ = try Pattern(text) }
    }
}
