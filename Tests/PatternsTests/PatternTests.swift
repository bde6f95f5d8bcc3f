import Patterns
import Testing

/// What patterns match, by example.
@Suite struct `A pattern` {
    /// A pattern, texts it matches and texts it does not.
    struct Row: Sendable, CustomTestStringConvertible {
        let pattern: String
        let yes: [String]
        let no: [String]
        var testDescription: String { pattern }

        init(_ pattern: String, yes: [String] = [], no: [String] = []) {
            (self.pattern, self.yes, self.no) = (pattern, yes, no)
        }
    }

    static let characters = [
        Row("abc", yes: ["abc", "xabcx"], no: ["", "ab", "acb"]),
        Row("a.c", yes: ["abc", "a漢c", "a\tc"], no: ["ac", "a\nc"]),
        Row("é", yes: ["caf\u{E9}"], no: ["cafe", "cafe\u{301}"]),
        Row("^.$", yes: ["漢", "🙂", "é"], no: ["", "ab", "\n"]),
        Row("[a-c]", yes: ["b", "xc"], no: ["", "d", "B"]),
        Row("[^a-c]", yes: ["d", "\n", "🙂"], no: ["", "abc"]),
        Row("[α-ω]", yes: ["λ"], no: ["l", "Λ"]),
        Row("[a-]", yes: ["a", "-"], no: ["b"]),
        Row("[-a]", yes: ["a", "-"], no: ["b"]),
        Row("[+--]", yes: ["+", ",", "-"], no: ["."]),
        Row("[\\]\\[\\\\]", yes: ["]", "[", "\\"], no: ["a"]),
        Row("[\\--\\/]", yes: ["-", ".", "/"], no: ["0"]),
        Row("[$.*^]", yes: ["$", ".", "*", "^"], no: ["a"]),
        Row("[\\d_]", yes: ["7", "_"], no: ["a"]),
        Row("[^\\w ]", yes: ["-"], no: ["a", "0", "_", " "]),
        Row("[\\D]", yes: ["a"], no: ["0"]),
        Row("\\d\\D", yes: ["1a"], no: ["11", "a1", "\u{661}a"]),
        Row("\\w\\W", yes: ["a-", "_ "], no: ["aa", "é"]),
        Row("\\s\\S", yes: [" a", "\n\u{B}x", "\tx"], no: ["ab", " "]),
        Row("\\.\\*\\+\\?\\(\\)\\{\\}\\^\\$\\|\\/\\-", yes: [".*+?(){}^$|/-"], no: ["a"]),
    ]

    static let structures = [
        Row("^ab$", yes: ["ab"], no: ["ab\n", "xab", "abx", "x\nab\ny"]),
        Row("^a|b$", yes: ["ax", "xb"], no: ["xa", "bx"]),
        Row("^$", yes: [""], no: ["a", "\n"]),
        Row("$^", yes: [""], no: ["a"]),
        Row("(^|,)x(,|$)", yes: ["x", "a,x", "x,b", "a,x,b"], no: ["ax", "xb"]),
        Row("a|bc|d", yes: ["a", "bc", "d"], no: ["b", "c", ""]),
        Row("^(?:a|bc)d$", yes: ["ad", "bcd"], no: ["abcd", "a"]),
        Row("^((a)(b(c)))$", yes: ["abc"], no: ["ab"]),
    ]

    static let repetitions = [
        Row("^a*$", yes: ["", "a", "aaaa"], no: ["b", "ab"]),
        Row("^a+$", yes: ["a", "aaaa"], no: ["", "ab"]),
        Row("^ab?c$", yes: ["ac", "abc"], no: ["abbc"]),
        Row("^a{2}$", yes: ["aa"], no: ["a", "aaa"]),
        Row("^a{2,3}$", yes: ["aa", "aaa"], no: ["a", "aaaa"]),
        Row("^a{2,}$", yes: ["aa", "aaaaaa"], no: ["a", ""]),
        Row("^a{0,2}$", yes: ["", "a", "aa"], no: ["aaa"]),
        Row("^a{1}$", yes: ["a"], no: ["", "aa"]),
        Row("^(ab|c){2}$", yes: ["abab", "abc", "cc"], no: ["ab", "ccc"]),
        Row("^(a+)?$", yes: ["", "aa"], no: ["b"]),
        Row("^([0-9a-f]{4})+$", yes: ["00ff", "00ff1234"], no: ["00f", "00ff1"]),
        Row("^(\\d{1,3}\\.){3}\\d{1,3}$", yes: ["10.0.0.241"], no: ["10.0.0", "1.2.3.4444"]),
        Row("^v\\d+(\\.\\d+){1,2}\\+k3s\\d+$", yes: ["v1.31.4+k3s1"], no: ["v1+k3s1", "v1.31.4"]),
        Row("^(a|a)*b$", yes: ["b", "aab"], no: ["aac"]),
        Row("^(^a|b)*$", yes: ["abb", "", "bb"], no: ["aba"]),
        Row("(^|a){0,2}x", yes: ["x", "ax"], no: ["a"]),
        Row("^(漢é?){2}$", yes: ["漢漢", "漢é漢"], no: ["漢"]),
    ]

    @Test(arguments: characters + structures + repetitions)
    func `matches what it says`(row: Row) throws {
        let pattern = try Pattern(row.pattern)
        for text in row.yes { #expect(pattern.matches(text), "\(text)") }
        for text in row.no { #expect(!pattern.matches(text), "\(text)") }
    }

    @Test func `is equal to one written alike`() throws {
        #expect(try Pattern("a|b") == Pattern("a|b"))
        #expect(try Pattern("a|b") != Pattern("b|a"))
        #expect(try Set([Pattern("a"), Pattern("a"), Pattern("(a)")]).count == 2)
        #expect(try Pattern("a|b").text == "a|b")
    }
}
