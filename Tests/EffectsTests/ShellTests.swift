import Processes
import RecoveryEngine
import Testing

@Suite struct `Shell quoting` {
    /// A fixed sequence, so that a failure can be had again.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private func words() -> [String] {
        var random = Dice()
        let nasty = Array("'\"\\$`!*?[]{}()<>|&;#~=%\n\t\r -@".utf8)
        return (0..<2000).map { _ in
            let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? nasty[Int.random(in: 0..<nasty.count, using: &random)]
                    : UInt8.random(in: 1...255, using: &random)
            }
            return String(decoding: bytes, as: UTF8.self)
        } + ["", "-n", "%s", "'", "''", "e\u{301}'\u{301}", "\u{1F600}", "a\nb", "\\'", "$(id)"]
    }

    @Test func `comes back from a real shell byte for byte`() throws {
        let words = words()
        let script = "set -- \(Shell.quote(words))\nprintf '%s\\0' \"$@\"\n"
        let shell = Command("/bin/sh", environment: ["LC_ALL": "C"], input: Array(script.utf8))
        let captured = try shell.capture(deadline: .seconds(30))
        let back = captured.output.bytes.split(separator: 0, omittingEmptySubsequences: false)
            .dropLast()
        #expect(captured.ending.isSuccess, "\(captured.error.text)")
        #expect(back.count == words.count)
        for (word, bytes) in zip(words, back) where !bytes.elementsEqual(word.utf8) {
            Issue.record("\(Array(word.utf8)) came back as \(Array(bytes))")
        }
    }

    @Test func `leaves plain words readable`() {
        #expect(
            Shell.quote(["kubectl", "get", "pv", "-o=json", "a b"])
                == "kubectl get pv -o=json 'a b'")
    }
}
