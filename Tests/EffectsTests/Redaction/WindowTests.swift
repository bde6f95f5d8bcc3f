import Canary
import Processes
import Testing

@testable import Effects

@Suite struct `What is kept of an output` {
    private func window(_ bytes: [UInt8], limit: Int) -> Window {
        var window = Window(limit: limit)
        var rest = bytes[...]
        while !rest.isEmpty {
            window.append(rest.prefix(1000))
            rest = rest.dropFirst(1000)
        }
        return window
    }

    @Test func `is all of it while it is short`() {
        let text = Exhibits.bytes("token: plantedplantedplanted\nx")
        let seen = Redactor().redact(window(text, limit: 100))
        #expect(seen == Exhibits.bytes("token: [redacted:credential]\nx"))
    }

    @Test func `is its beginning and its end, and says what is missing`() {
        let redactor = Redactor()
        let limit = 100 + redactor.overlap
        let lines = (0..<4000).map { "line \($0)\n" }.joined()
        let bytes = redactor.redact(window(Exhibits.bytes(lines), limit: limit))
        let seen = String(decoding: bytes, as: UTF8.self)
        let parts = seen.split(separator: "\n[")
        #expect(parts.count == 2)
        #expect(parts[0].utf8.count == 100)
        #expect(lines.hasPrefix(parts[0]))
        let end = parts[1].split(separator: "]\n", maxSplits: 1)
        #expect(lines.hasSuffix(end[1]))
        #expect((91...100).contains(end[1].utf8.count))
        #expect(end[0] == "\(lines.utf8.count - 100 - end[1].utf8.count) bytes are not kept here")
    }

    /// Half a secret cannot be found, so the strips along the cut go.
    @Test func `has nothing of a secret the cut went through`() {
        var dice = Dice(23)
        let secret = dice.bytes(40, of: Array("abcdefghijkmnpqrstuvwxyz23456789".utf8))
        let redactor = Redactor()
        redactor.add(secret, name: "planted")
        let canary = Canary(["planted": secret])
        let limit = redactor.overlap + 300
        let total = 3 * limit
        for text in [secret, Spelling.base64(secret, after: 0), Spelling.hex(secret, upper: true)] {
            for edge in [limit, total - limit, limit - redactor.overlap, total - limit + redactor.overlap] {
                for place in stride(from: edge - text.count - 2, to: edge + 3, by: 1) {
                    var bytes = [UInt8](repeating: 0x20, count: total)
                    bytes.replaceSubrange(place..<(place + text.count), with: text)
                    let seen = redactor.redact(window(bytes, limit: limit))
                    let found = canary.search(seen, place: "\(place) by \(edge)")
                    #expect(found.isEmpty)
                }
            }
        }
    }

    @Test func `has nothing of a credential whose beginning is missing`() {
        let filler = String(repeating: "0123456 ", count: 8000)
        let limit = 20_000
        let padding = String(repeating: "z \n", count: 5000)
        let key = String(repeating: "plantedplantedplantedplanted\n", count: 400)
        let cut = [
            "-----BEGIN PRIVATE KEY-----\n\(key)-----END PRIVATE KEY-----\n",
            "data:\n" + (0..<400).map { "  k\($0): cGxhbnRlZHBsYW50ZWQ=\n" }.joined() + "kind: Secret\n",
            "{\"data\": {" + (0..<400).map { "\"k\($0)\": \"cGxhbnRlZHBsYW50ZWQ=\",\n" }.joined()
                + "\"x\": \"\"}, \"kind\": \"Secret\"}\n",
            "token: \(String(repeating: "planted", count: 1700))\n",
        ]
        for text in cut {
            let bytes = Exhibits.bytes(filler + text + padding.suffix(limit - text.utf8.count + 1000))
            let seen = String(decoding: Redactor().redact(window(bytes, limit: limit)), as: UTF8.self)
            #expect(!seen.contains("planted") && !seen.contains("cGxhbnRl"), "\(text.prefix(30))")
        }
    }

    @Test func `is every byte as it came`() {
        let all = (0..<600).map { UInt8(truncatingIfNeeded: $0) }
        #expect(Redactor().redact(window(all, limit: 1000)) == all)
    }
}
