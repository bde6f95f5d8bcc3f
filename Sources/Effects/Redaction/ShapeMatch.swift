/// Where in a line the credential behind a trigger stands.
struct ShapeMatch {
    let bytes: ArraySlice<UInt8>

    /// A value shorter than this is a word, not a token.
    private static let shortestValue = 16

    /// The credential whose trigger stands at `trigger`; nil when there is none.
    func range(_ shape: Shape, _ trigger: Range<Int>) -> Range<Int>? {
        let found: Range<Int>? =
            switch shape {
            case .header: header(trigger.upperBound)
            case .field: field(trigger.upperBound)
            case .url: password(trigger.upperBound)
            case .jwt: jwt(trigger.lowerBound)
            case .key(let prefix, let count, let alphabet): key(trigger, prefix, count, alphabet)
            case .begin, .end, .kind: nil
            }
        guard let found, !found.isEmpty, !isMark(found) else { return nil }
        return found
    }

    private func isMark(_ range: Range<Int>) -> Bool {
        bytes[range].starts(with: Redactor.markStart)
            && bytes[range].firstIndex(of: 0x5D) == min(range.upperBound, bytes.endIndex) - 1
    }

    private func run(_ start: Int, while isIn: (UInt8) -> Bool) -> Int {
        bytes[start...].firstIndex { !isIn($0) } ?? bytes.endIndex
    }

    /// Behind the `:` or `=` of a key that ends at `start`, and the quotes around both.
    private func value(_ start: Int) -> Int? {
        let colon = run(start) { [0x20, 0x22, 0x27, 0x5C].contains($0) }
        guard colon < bytes.endIndex, bytes[colon] == 0x3A || bytes[colon] == 0x3D else { return nil }
        return run(colon + 1) { [0x20, 0x09, 0x22, 0x27, 0x5C, 0x5B].contains($0) }
    }

    /// To the end of the line, or of the string it stands in.
    private func header(_ start: Int) -> Range<Int>? {
        guard let from = value(start) else { return nil }
        if bytes[from...].starts(with: Array("redacted:".utf8)) { return nil }
        // A digest's own fields are in quotes.
        let isDigest = bytes[from...].prefix(6).elementsEqual("Digest".utf8)
        return from..<run(from) { byte in
            ![0x0A, 0x0D, 0x5C].contains(byte) && (isDigest || ![0x22, 0x27].contains(byte))
        }
    }

    private func field(_ start: Int) -> Range<Int>? {
        guard let from = value(start) else { return nil }
        // The bracket of a mark was taken for one of the value's.
        if bytes[from...].starts(with: Array("redacted:".utf8)) { return nil }
        let end = run(from, while: Shape.Alphabet.token.contains)
        return end - from >= Self.shortestValue ? from..<end : nil
    }

    private func password(_ start: Int) -> Range<Int>? {
        let end = run(start) { $0 > 0x20 && ![0x2F, 0x22, 0x27, 0x3C, 0x3E, 0x5C, 0x60].contains($0) }
        guard let at = bytes[start..<end].lastIndex(of: 0x40),
            let colon = bytes[start..<at].firstIndex(of: 0x3A)
        else { return nil }
        return colon + 1..<at
    }

    private func jwt(_ start: Int) -> Range<Int>? {
        guard bytes[start...].starts(with: Array("eyJ".utf8)) else { return nil }
        let isPart = Shape.Alphabet.url.contains
        let dot = run(start, while: isPart)
        guard dot - start >= 10, dot < bytes.endIndex, bytes[dot] == 0x2E else { return nil }
        let end = run(dot + 1, while: isPart)
        guard end - dot > 10 else { return nil }
        return start..<run(end) { isPart($0) || $0 == 0x2E || $0 == 0x3D }
    }

    private func key(
        _ trigger: Range<Int>, _ prefix: String, _ count: Int, _ alphabet: Shape.Alphabet
    ) -> Range<Int>? {
        guard bytes[trigger].elementsEqual(prefix.utf8) else { return nil }
        if trigger.lowerBound > bytes.startIndex,
            Shape.Alphabet.alphanumeric.contains(bytes[trigger.lowerBound - 1])
        {
            return nil
        }
        let end = run(trigger.upperBound, while: alphabet.contains)
        return end - trigger.upperBound >= count ? trigger.lowerBound..<end : nil
    }
}
