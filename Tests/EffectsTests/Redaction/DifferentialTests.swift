import Testing

@testable import Effects

/// The stream against the plainest redactor there is.
@Suite struct `The redactor, compared` {
    /// Tries every pattern at every place; what overlaps is one.
    private struct Naive {
        var patterns: [(bytes: [UInt8], name: String)] = []

        func redact(_ text: [UInt8]) -> [UInt8] {
            var owner = [Int](repeating: -1, count: text.count)
            var joined = [Bool](repeating: false, count: text.count + 1)
            for (index, pattern) in patterns.enumerated() where pattern.bytes.count <= text.count {
                for place in 0...(text.count - pattern.bytes.count)
                where text[place...].starts(with: pattern.bytes) {
                    for at in place..<(place + pattern.bytes.count) {
                        if owner[at] < 0 || isBefore(index, owner[at]) { owner[at] = index }
                        if at > place { joined[at] = true }
                    }
                }
            }
            var result: [UInt8] = []
            var at = 0
            while at < text.count {
                guard owner[at] >= 0 else {
                    result.append(text[at])
                    at += 1
                    continue
                }
                var best = owner[at]
                repeat {
                    if isBefore(owner[at], best) { best = owner[at] }
                    at += 1
                } while at < text.count && joined[at]
                result += Array("[redacted:\(patterns[best].name)]".utf8)
            }
            return result
        }

        private func isBefore(_ one: Int, _ other: Int) -> Bool {
            let (a, b) = (patterns[one], patterns[other])
            return (a.bytes.count, b.name) > (b.bytes.count, a.name)
        }
    }

    /// Cuts `text` at random places and puts what comes out together.
    private func streamed(_ redactor: Redactor, _ text: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var stream = redactor.stream()
        var result: [UInt8] = []
        var rest = text[...]
        while !rest.isEmpty {
            let count = Int.random(in: 0...min(rest.count, 24), using: &dice)
            result += stream.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return result + stream.finish()
    }

    @Test func `says the same as trying everything everywhere, however it is cut`() {
        var dice = Dice(17)
        var cases = 0, marks = 0
        for round in 0..<250 {
            // Few letters, so that secrets overlap themselves and each other.
            let alphabet = Array(["ab", "abc", "xy\"/", "a\n q"][round % 4].utf8)
            let redactor = Redactor()
            var naive = Naive()
            var known: Set<[UInt8]> = []
            for name in ["one", "two", "three"] {
                let secret = dice.bytes(Int.random(in: 8...14, using: &dice), of: alphabet)
                redactor.add(secret, name: name)
                for bytes in Telltales.of(secret) where known.insert(bytes).inserted {
                    naive.patterns.append((bytes, name))
                }
            }
            guard !naive.patterns.isEmpty else { continue }
            for _ in 0..<100 {
                var text: [UInt8] = []
                while text.count < 60 {
                    let pattern = naive.patterns.randomElement(using: &dice)?.bytes ?? []
                    let from = Int.random(in: 0..<pattern.count, using: &dice)
                    text += Bool.random(using: &dice) ? pattern : Array(pattern[from...])
                    text += dice.bytes(Int.random(in: 0...6, using: &dice), of: alphabet)
                }
                let expected = naive.redact(text)
                if expected != text { marks += 1 }
                #expect(streamed(redactor, text, &dice) == expected, "\(text)")
                cases += 1
            }
        }
        #expect(cases >= 20_000)
        #expect(marks > cases / 2)
    }
}
