/// Texts made to break a shell's words: a fixed sequence, so that a failure
/// can be had again.
struct Corpus: RandomNumberGenerator {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    private let nasty = Array("'\"\\$`!*?[]{}()<>|&;#~=%^\n\t\r -@+,:.".utf8)
    private let words = [
        "", "-n", "--", "%s", "'", "''", "'\\''", "e\u{301}'\u{301}", "\u{1F600}", "a\nb", "\\'",
        "$(id)", "`id`", "${IFS}", "$$", "\n", "\n\n", " ", "\\", "a\\\nb", "!!", "~root", "*",
        "A=b", "if", "\u{7F}", "\u{85}", "\u{202E}", "\u{FEFF}", "\u{FFFD}", "\u{10FFFF}",
        "recover-unit recover-a-1 SubState=exited", ";", "&&", "|", ">x", "#", "{a,b}", "[a-z]",
    ]

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    /// One of five kinds: known trouble; bytes read as UTF-8; bytes and
    /// metacharacters mixed; scalars of all of Unicode; metacharacters alone.
    /// At most 200 bytes before they are read.
    private mutating func word() -> String {
        let length = Int.random(in: 0...(Bool.random(using: &self) ? 24 : 200), using: &self)
        switch Int.random(in: 0..<5, using: &self) {
        case 0: return words[Int.random(in: 0..<words.count, using: &self)]
        case 1: return text(length) { UInt8.random(in: 1...255, using: &$0) }
        case 2:
            return text(length) { dice in
                Bool.random(using: &dice)
                    ? dice.nasty[Int.random(in: 0..<dice.nasty.count, using: &dice)]
                    : UInt8.random(in: 1...255, using: &dice)
            }
        case 3:
            var scalars = String.UnicodeScalarView()
            for _ in 0..<(length / 4) {
                let value = UInt32.random(in: 1...0x10_FFFF, using: &self)
                scalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
            }
            return String(scalars)
        default:
            return text(length) { $0.nasty[Int.random(in: 0..<$0.nasty.count, using: &$0)] }
        }
    }

    private mutating func text(_ length: Int, _ byte: (inout Corpus) -> UInt8) -> String {
        var bytes: [UInt8] = []
        for _ in 0..<length { bytes.append(byte(&self)) }
        return String(decoding: bytes, as: UTF8.self)
    }

    mutating func words(_ count: Int) -> [String] {
        var list: [String] = []
        for _ in 0..<count { list.append(word()) }
        return list
    }

    /// What came back otherwise, each behind its NUL.
    static func differences(_ words: [String], _ bytes: [UInt8]) -> [String] {
        let back = bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
        guard back.count == words.count else { return ["\(words.count) became \(back.count)"] }
        return zip(words, back).filter { !$1.elementsEqual($0.utf8) }.map {
            "\(Array($0.utf8)) became \(Array($1))"
        }
    }
}
