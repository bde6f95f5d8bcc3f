import Canary
import Testing

@testable import Effects

/// Every spelling a program may give a secret, checked by what decodes them.
@Suite struct `A secret` {
    private static let secrets: [[UInt8]] = {
        var dice = Dice(5)
        let letters = Array("ABCDEFGHJKMNPQRSTUVWXYZabcdefghkmnpqrstuvwxyz23456789".utf8)
        let odd = letters + Array("'\"\\/&<>+ %$`!*()\n\t".utf8)
        return [8, 9, 10, 11, 20, 33, 100].flatMap { count in
            [dice.bytes(count, of: letters), dice.bytes(count, of: odd)]
        } + [dice.bytes(40, of: (0...255).map { UInt8($0) })]
    }()

    private func planted(_ secret: [UInt8]) -> (Redactor, Canary) {
        let redactor = Redactor()
        redactor.add(secret, name: "planted")
        return (redactor, Canary(["planted": Spelling.trimmed(secret)]))
    }

    @Test(arguments: secrets.indices) func `is found in every spelling`(index: Int) throws {
        let secret = Spelling.trimmed(Self.secrets[index])
        try #require(secret.count >= 8)
        let (redactor, canary) = planted(secret)
        for (name, text) in Encoders.all(secret) {
            let before = canary.search(text, place: name)
            #expect(!before.isEmpty, "the canary does not see \(name)")
            let after = canary.search(redactor.redact(text), place: name)
            #expect(after.isEmpty, "\(after) of \(String(decoding: text, as: UTF8.self))")
        }
        #expect(redactor.counts["planted"] ?? 0 >= Encoders.all(secret).count)
    }

    @Test func `is found wherever the stream is cut`() {
        for secret in [Self.secrets[4], Self.secrets[9], Self.secrets[14]] {
            let (redactor, canary) = planted(secret)
            let text: [UInt8] = Encoders.all(Spelling.trimmed(secret)).flatMap { $0.text + [0x20] }
            let whole = redactor.redact(text)
            #expect(canary.search(whole, place: "whole").isEmpty)
            for cut in stride(from: 0, to: text.count, by: text.count > 4000 ? 7 : 1) {
                var stream = redactor.stream()
                let seen = stream.append(text[..<cut]) + stream.append(text[cut...])
                #expect(seen + stream.finish() == whole)
            }
        }
    }

    @Test func `of several lines is known by each of them`() {
        let redactor = Redactor()
        redactor.add(Exhibits.bytes("first-line-of-it\nshort\n  second-line-of-it  \n"), name: "two")
        #expect(
            redactor.redact("second-line-of-it, first-line-of-it, short")
                == "[redacted:two], [redacted:two], short")
    }

    @Test func `with a structure is known by its leaves`() {
        for text in [
            #"{"user": "somebody-1", "deep": [{"pin": 1234567890123, "pass": "leaf-of-it/1"}]}"#,
            "user: somebody-1\ndeep:\n- pin: 1234567890123\n  pass: 'leaf-of-it/1'\n",
        ] {
            let redactor = Redactor()
            redactor.add(Exhibits.bytes(text), name: "doc")
            #expect(
                redactor.redact("somebody-1 1234567890123 leaf-of-it%2F1 deep user")
                    == "[redacted:doc] [redacted:doc] [redacted:doc] deep user")
            #expect(redactor.redact(text.split(separator: "\n").joined()) != text)
        }
    }

    @Test func `that is large is found too, and in pieces`() {
        var dice = Dice(9)
        let large = dice.bytes(50_000, of: Array("abcdefghijklmnop0123456789".utf8))
        let redactor = Redactor()
        redactor.add(large, name: "large")
        #expect(redactor.redact(large) == Exhibits.bytes(String(repeating: "[redacted:large]", count: 4)))
    }

    @Test func `leaves a count behind`() {
        let (redactor, _) = planted(Exhibits.bytes("counted-secret"))
        _ = redactor.redact("counted-secret counted-secret")
        _ = redactor.redact("Authorization: x")
        #expect(redactor.counts == ["planted": 2, "header": 1])
    }

    @Test func `goes through whatever else is there`() {
        let all = (0...255).map { UInt8($0) }
        #expect(Redactor().redact(all + all.reversed()) == all + all.reversed())
        let (redactor, _) = planted(Exhibits.bytes("needle-in-it"))
        #expect(
            redactor.redact(all + Exhibits.bytes("needle-in-it") + [0, 0xFF])
                == all + Exhibits.bytes("[redacted:planted]") + [0, 0xFF])
    }
}
