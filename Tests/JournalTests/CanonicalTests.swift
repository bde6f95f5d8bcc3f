import JSON
import Testing

@testable import Journal

/// Numbers that look random and are the same in every run.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Texts that are nearly what they should be.
private enum Mutants {
    /// What somebody who knows JSON would try, and bytes that are no text.
    static let pieces: [[UInt8]] =
        [
            "\\u0041", "\\/", "\\u001f", "\\u001F", "\\u000a", "\\u0008", "\\n", "\\b", "\\\"", "\\\\", "\\x",
            "\\u007f", "\\ud83d\\ude00", "\\ud800", "\\u+001", "1.0", "1e3", "-0", "01", "-1", "0",
            "9007199254740991", "9007199254740992", "-9007199254740991", "-9007199254740992",
            "99999999999999999999", "null", "true", "false", " ", "\n", "\t", "\u{7F}", "é", "e\u{301}", "😀",
            "[]", "{}", "[[]]", "{\"a\":1}", "{\"b\":1,\"a\":1}", "{\"a\":1,\"a\":2}", "{\"é\":1}",
            "{\"\\n\":1,\" \":2}", "{\"\":1,\"\\\"\":2}", "{\"\\\\\":1,\"a\":2}", "{\"a\":1,\"\\\\\":2}",
            ",", ":", "\"", "\\", "\"x\"", "{", "}", "[", "]", "\u{0}",
        ].map { Array($0.utf8) } + [
            [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE0, 0x80, 0x80], [0xC3], [0x80],
            [0xF0, 0x9F, 0x98], [0xFF], [0xEF, 0xBB, 0xBF],
        ]

    static func mutant(of text: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var text = text
        for _ in 0..<Int.random(in: 1...2, using: &dice) {
            let place = Int.random(in: 0...text.count, using: &dice)
            let end = min(text.count, place + Int.random(in: 0...3, using: &dice))
            switch Int.random(in: 0..<6, using: &dice) {
            case 0 where place < text.count: text[place] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
            case 1: text.removeSubrange(place..<end)
            case 2: text.replaceSubrange(place..<end, with: pieces.randomElement(using: &dice) ?? [])
            case 3: text.insert(contentsOf: text[place..<end], at: place)
            case 4: text.insert(UInt8.random(in: 0...255, using: &dice), at: place)
            default: text.insert(contentsOf: pieces.randomElement(using: &dice) ?? [], at: place)
            }
        }
        return text
    }
}

@Suite struct `Canonical text` {
    /// By parsing, writing and comparing.
    static func slowly(_ text: [UInt8]) -> JSONValue? {
        guard let value = try? JSONValue(parsing: text), value.isCanonical, value.utf8 == text else {
            return nil
        }
        return value
    }

    static func quickly(_ text: [UInt8]) -> (value: JSONValue?, isPassed: Bool) {
        text.withUnsafeBytes { bytes in
            var reader = CanonicalReader(bytes), passer = CanonicalReader(bytes)
            let value = reader.value(depth: 0)
            let isPassed = passer.skip(depth: 0)
            return (reader.isAtEnd ? value : nil, isPassed && passer.isAtEnd)
        }
    }

    static let seeds = [
        #"{"a":[1,-20,true,{}],"b":{"c":"x\n\"y\" é","d":false},"e":[]}"#,
        #"["\u0001","\\","😀",{"":0,"\t":1," ":2,"\"":3,"\\":4,"a":5}]"#,
        #"{"n":9007199254740991,"nn":-9007199254740991}"#, #""just text, somewhat longer than a word""#, "0",
    ]

    @Test func `one pass says what parsing and writing says`() {
        var dice = Dice(state: 1)
        var canonical = 0
        for number in 0..<60_000 {
            let seed = Array(Self.seeds[number % Self.seeds.count].utf8)
            let text = number < Self.seeds.count ? seed : Mutants.mutant(of: seed, &dice)
            let expected = Self.slowly(text), found = Self.quickly(text)
            if expected != nil { canonical += 1 }
            guard found.value == expected, found.isPassed == (expected != nil) else {
                Issue.record("\(String(decoding: text, as: UTF8.self)) \(text)")
                continue
            }
        }
        // Both answers must come often enough to mean something.
        #expect(canonical > 3000 && canonical < 57_000, "\(canonical)")
    }

    @Test func `as deep as parsing goes and no deeper`() {
        for depth in 60...70 {
            for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
                for inner in ["0", "[]"] {
                    let text = Array(
                        (String(repeating: open, count: depth) + inner
                            + String(repeating: close, count: depth)).utf8)
                    let expected = Self.slowly(text)
                    #expect(Self.quickly(text).value == expected, "\(depth)")
                    #expect(Self.quickly(text).isPassed == (expected != nil), "\(depth)")
                }
            }
        }
    }

    @Test func `every byte at every place of a word`() {
        for place in 0..<20 {
            for byte in UInt8.min...UInt8.max {
                var text = Array("\"0123456789abcdefghi\"".utf8)
                text[place] = byte
                #expect(Self.quickly(text).value == Self.slowly(text), "\(place) \(byte)")
            }
        }
    }

    @Test func `a line in one pass is a line step by step`() throws {
        let line = EntryLine.encode(
            Draft(run: "r-1", kind: "k", data: ["b": 1, "a": ["é\u{1}", true]]), journal: "0123abcd",
            after: nil, at: Timestamps(wall: 5, monotonic: 7000, boot: "b"), by: ["user": "u"]
        ).line
        var dice = Dice(state: 2)
        var entries = 0
        for number in 0..<60_000 {
            let mutant = number == 0 ? line : Mutants.mutant(of: line, &dice)
            let expected = try? EntryLine.examine(mutant)
            let quick = EntryParts.entry(in: mutant)
            let isPassed = mutant.withUnsafeBytes { EntryParts<Void>(checking: $0) != nil }
            if expected != nil { entries += 1 }
            guard quick == expected, isPassed == (expected != nil) else {
                Issue.record("\(String(decoding: mutant, as: UTF8.self))")
                continue
            }
        }
        #expect(entries > 1000 && entries < 59_000, "\(entries)")
    }
}
