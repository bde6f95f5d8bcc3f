import Glibc
import Patterns
import Testing

/// Two engines written from different books: what one says of a pattern and a
/// text, the other says too.
@Suite struct `This engine and the C library's` {
    /// A pattern as glibc understands it, in UTF-8.
    private final class Expression {
        private var compiled = regex_t()

        init?(_ text: String) {
            guard regcomp(&compiled, text, REG_EXTENDED | REG_NOSUB) == 0 else { return nil }
        }

        deinit { regfree(&compiled) }

        func matches(_ text: String) -> Bool { regexec(&compiled, text, 0, nil, 0) == 0 }
    }

    /// No newline: what `.` makes of one is a table's business.
    private static let alphabet = ["a", "a", "b", "b", "c", "é", "漢", "7", "_", ".", "*", "("]

    @Test func `agree on random patterns and texts`() throws {
        let utf8 = try #require(newlocale(1 << LC_CTYPE | 1 << LC_COLLATE, "C.UTF-8", nil))
        let before = uselocale(utf8)
        defer {
            uselocale(before)
            freelocale(utf8)
        }
        var dice = Dice(20_261_121)
        var pairs = 0, matched = 0, refused = 0
        for _ in 0..<12_000 {
            let pattern = TwoDialects.pattern(&dice)
            guard let ours = try? Pattern(pattern.ours) else {
                refused += 1
                continue
            }
            let posix = try #require(Expression(pattern.posix), "\(pattern)")
            for _ in 0..<6 {
                let text = (0..<dice.roll(9)).map { _ in dice.pick(Self.alphabet) }.joined()
                let expected = posix.matches(text)
                try #require(ours.matches(text) == expected, "\(pattern)   text: \(text)")
                pairs += 1
                matched += expected ? 1 : 0
            }
        }
        #expect(pairs >= 50_000)
        #expect(matched > pairs / 5 && matched < pairs * 4 / 5, "\(matched) of \(pairs)")
        #expect(refused > 0, "what is refused is generated too")
    }
}
