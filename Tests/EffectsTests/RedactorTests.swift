import Testing

@testable import Effects

@Suite struct `The redactor` {
    private let secret = Array("K10f3a9::server:0123456789abcdef".utf8)

    private func redactor(_ secret: [UInt8]) -> Redactor {
        let redactor = Redactor()
        redactor.add(secret, name: "token")
        return redactor
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `takes a secret out wherever it stands`() {
        let redactor = redactor(secret)
        for place in 0...40 {
            let before = [UInt8](repeating: 0x4B, count: place),
                after = [UInt8](repeating: 0x4B, count: 40 - place)
            let redacted = redactor.redact(before + secret + secret + after)
            #expect(redacted == before + Array("[redacted:token][redacted:token]".utf8) + after)
        }
    }

    @Test func `takes it out without the white space around it`() {
        let redactor = redactor(Array(" \n".utf8) + secret + [0x0A])
        #expect(
            text(redactor.redact(Array("x".utf8) + secret + Array("y".utf8)))
                == "x[redacted:token]y")
    }

    @Test func `takes it out of base64, however it lies in it`() {
        let redactor = redactor(secret)
        for before in 0...5 {
            for after in 0...3 {
                let plain =
                    [UInt8](repeating: 0x61, count: before) + secret
                    + [UInt8](repeating: 0x62, count: after)
                let redacted = text(redactor.redact(Self.base64(plain)))
                #expect(redacted.contains("[redacted:token]"), "\(before) before, \(after) after")
                // What is left are the groups the secret shares with its neighbours.
                #expect(redacted.utf8.count < 16 + 2 * 4 + (before + after) * 2 + 8, "\(redacted)")
            }
        }
    }

    @Test func `prefers the longer of two secrets`() {
        let redactor = redactor(secret)
        redactor.add(secret + Array("-long".utf8), name: "longer")
        #expect(text(redactor.redact(secret + Array("-long".utf8))) == "[redacted:longer]")
    }

    @Test func `leaves everything else as it is`() {
        let bytes = (0...255).map { UInt8($0) } + secret.dropLast()
        #expect(redactor(secret).redact(bytes) == bytes)
        #expect(redactor(Array("short".utf8)).redact(Array("short".utf8)) == Array("short".utf8))
        #expect(Redactor().redact(secret) == secret)
    }

    private static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = (0..<3).reduce(0) {
                $0 << 8 | (start + $1 < bytes.count ? Int(bytes[start + $1]) : 0)
            }
            for (index, shift) in [18, 12, 6, 0].enumerated() {
                result.append(
                    start + index <= bytes.count ? alphabet[group >> shift & 63] : UInt8(ascii: "=")
                )
            }
        }
        return result
    }
}
