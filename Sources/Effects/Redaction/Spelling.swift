/// How bytes look after the usual programs have written them down.
enum Spelling {
    /// Everything by which `secret` may be found again: without the white space
    /// around it, and that escaped, quoted and encoded.
    ///
    /// `user:secret` as basic authentication sends it needs none of its own:
    /// whatever stands before a secret, it lies in base64 in one of three ways.
    static func all(of secret: [UInt8]) -> [[UInt8]] {
        let core = trimmed(secret)
        guard !core.isEmpty else { return [] }
        var found = [core, hex(core, upper: false), hex(core, upper: true)]
        for upper in [false, true] {
            for kept in ["", "/", "!'()*"] {
                found.append(percent(core, upper: upper, keeping: kept))
                found.append(percent(core, upper: upper, keeping: kept, plus: true))
            }
        }
        for slash in [false, true] {
            for html in [false, true] { found.append(json(core, slash: slash, html: html)) }
        }
        found.append(ascii(core))
        for (special, instead) in [("'", "'\\''"), ("'", "'\"'\"'")] {
            found.append(replaced(core, special, instead))
        }
        found.append(backslashed(core))
        for url in [false, true] {
            for before in 0..<3 {
                found.append(base64(core, after: before, url: url))
                found.append(base64(core, after: before, url: url, isEnd: true))
            }
        }
        return found + wrapped(base64(core, after: 0, isEnd: true))
    }

    /// Without white space at both ends.
    static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        return Array(bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }

    /// The characters of base64 that `bytes` alone decide, where `before` bytes
    /// (modulo 3) stand before them; `isEnd`: and nothing behind them.
    static func base64(
        _ bytes: [UInt8], after before: Int, url: Bool = false, isEnd: Bool = false
    ) -> [UInt8] {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\(url ? "-_" : "+/")".utf8)
        let padded = [UInt8](repeating: 0, count: before) + bytes + [0, 0]
        let bits = (before + bytes.count) * 8
        let first = (before * 8 + 5) / 6
        let last = isEnd ? (bits + 5) / 6 : bits / 6
        return (first..<max(first, last)).map { place in
            let bit = place * 6
            let pair = UInt16(padded[bit / 8]) << 8 | UInt16(padded[bit / 8 + 1])
            return alphabet[Int(pair >> (10 - bit % 8) & 63)]
        }
    }

    /// The lines `base64` and PEM break such a text into, where it is broken.
    static func wrapped(_ text: [UInt8]) -> [[UInt8]] {
        [64, 76].filter { text.count > $0 }.flatMap { width in
            stride(from: 0, to: text.count, by: width).map { Array(text[$0...].prefix(width)) }
        }
    }

    static func hex(_ bytes: [UInt8], upper: Bool) -> [UInt8] {
        let digits = Array((upper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        return bytes.flatMap { (byte: UInt8) -> [UInt8] in [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    }

    /// Percent-encoded but for letters, digits, `-._~` and `kept`; `plus`: a
    /// space becomes a plus.
    static func percent(
        _ bytes: [UInt8], upper: Bool, keeping kept: String = "", plus: Bool = false
    ) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            if plus, byte == 0x20 { return [0x2B] }
            let isKept = isWord(byte) || "-._~\(kept)".utf8.contains(byte)
            return isKept ? [byte] : [0x25] + hex([byte], upper: upper)
        }
    }

    /// The inside of a JSON string; writers differ in whether they escape `/`
    /// and what means something in HTML.
    static func json(_ bytes: [UInt8], slash: Bool = false, html: Bool = false) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x22, 0x5C: [0x5C, byte]
            case 0x0A: Array("\\n".utf8)
            case 0x0D: Array("\\r".utf8)
            case 0x09: Array("\\t".utf8)
            case 0x08: Array("\\b".utf8)
            case 0x0C: Array("\\f".utf8)
            case 0x2F where slash: Array("\\/".utf8)
            case 0x26 where html, 0x3C where html, 0x3E where html: unicode(UInt16(byte))
            case 0..<0x20: unicode(UInt16(byte))
            default: [byte]
            }
        }
    }

    /// The inside of a JSON string of ASCII alone.
    private static func ascii(_ bytes: [UInt8]) -> [UInt8] {
        String(decoding: bytes, as: UTF8.self).utf16.flatMap { unit -> [UInt8] in
            unit < 0x80 ? json([UInt8(unit)]) : unicode(unit)
        }
    }

    private static func unicode(_ unit: UInt16) -> [UInt8] {
        Array("\\u".utf8) + hex([UInt8(unit >> 8), UInt8(unit & 255)], upper: false)
    }

    /// As a shell quotes what stands between single quotes.
    private static func replaced(_ bytes: [UInt8], _ one: String, _ other: String) -> [UInt8] {
        bytes.flatMap { one.utf8.contains($0) ? Array(other.utf8) : [$0] }
    }

    /// As a shell quotes without quotes.
    private static func backslashed(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            isWord(byte) || byte > 0x7F || "-._/:@%+=,".utf8.contains(byte) ? [byte] : [0x5C, byte]
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}
