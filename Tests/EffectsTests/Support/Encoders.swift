/// The spellings of the rule, written without a look at the redactor's.
enum Encoders {
    static func all(_ secret: [UInt8]) -> [(name: String, text: [UInt8])] {
        var found: [(String, [UInt8])] = [
            ("raw", secret), ("between spaces", [0x20] + secret + [0x0A]),
            ("hex", digits(secret, "0123456789abcdef")), ("HEX", digits(secret, "0123456789ABCDEF")),
            ("url", percent(secret, "0123456789abcdef")), ("URL", percent(secret, "0123456789ABCDEF")),
            ("json", escaped(secret)),
            ("shell", [0x27] + secret.flatMap { $0 == 0x27 ? Array("'\\''".utf8) : [$0] } + [0x27]),
        ]
        for before in ["", "u", "us", "user:", "admin:", "root1:"] {
            for after in ["", "x", "xy", "xyz"] {
                let bytes = Array(before.utf8) + secret + Array(after.utf8)
                found.append(("base64 of \(before)…\(after)", base64(bytes, "+/", pad: true)))
                found.append(("base64url of \(before)…\(after)", base64(bytes, "-_", pad: false)))
            }
        }
        return found.map { (name: $0.0, text: $0.1) }
    }

    private static func digits(_ bytes: [UInt8], _ alphabet: String) -> [UInt8] {
        let alphabet = Array(alphabet.utf8)
        return bytes.flatMap { byte -> [UInt8] in
            [alphabet[Int(byte) / 16], alphabet[Int(byte) % 16]]
        }
    }

    private static func percent(_ bytes: [UInt8], _ alphabet: String) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            let character = Character(Unicode.Scalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || "-._~".contains(character) {
                return [byte]
            }
            return [0x25] + digits([byte], alphabet)
        }
    }

    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x0A: Array("\\n".utf8)
            case 0x09: Array("\\t".utf8)
            case 0x0D: Array("\\r".utf8)
            case 0x08: Array("\\b".utf8)
            case 0x0C: Array("\\f".utf8)
            case 0x22, 0x5C: [0x5C, byte]
            case ..<0x20: Array("\\u00".utf8) + digits([byte], "0123456789abcdef")
            default: [byte]
            }
        }
    }

    private static func base64(_ bytes: [UInt8], _ last: String, pad: Bool) -> [UInt8] {
        let alphabet = Array(
            ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + last).utf8)
        var bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
        while bits.count % 6 != 0 { bits.append(0) }
        var text = stride(from: 0, to: bits.count, by: 6).map { start in
            alphabet[bits[start..<(start + 6)].reduce(0) { $0 * 2 + Int($1) }]
        }
        while pad, text.count % 4 != 0 { text.append(0x3D) }
        return text
    }
}
