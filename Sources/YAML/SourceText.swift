/// What has to hold of the bytes before a parser sees them.
enum SourceText {
    /// `bytes` without a UTF-8 byte order mark, known to be valid UTF-8 of at
    /// most the allowed size without NUL and without invisible characters.
    static func check(_ bytes: [UInt8], _ rules: YAMLRules) throws(YAMLError) -> [UInt8] {
        guard bytes.count <= rules.bytes else {
            throw YAMLError(
                code: "RB-SIZE", mark: Mark(line: 1, column: 1),
                reason: "\(bytes.count) bytes; at most \(rules.bytes) are read")
        }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        try scan(text, offset: bytes.count - text.count, rules)
        return text
    }

    /// The trouble with `character` inside a text, or nil.
    ///
    /// Bidirectional controls show a reviewer another text than the one that
    /// runs (CVE-2021-42574); zero-width characters hide differences.
    static func objection(to character: Unicode.Scalar) -> (code: String, reason: String)? {
        switch character.value {
        case 0: ("RB-NUL", "a NUL character")
        case 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C:
            ("RB-UNICODE", "\(name(character)) changes the direction of text")
        case 0x200B...0x200D, 0x2060...0x2064, 0xFEFF, 0x00AD, 0x180E, 0xE0000...0xE007F:
            ("RB-UNICODE", "\(name(character)) is invisible")
        default: nil
        }
    }

    private static func scan(
        _ text: [UInt8], offset: Int, _ rules: YAMLRules
    ) throws(YAMLError) {
        var line = 1
        var column = 1
        var position = offset
        var decoder = UTF8()
        var iterator = text.makeIterator()
        while true {
            switch decoder.decode(&iterator) {
            case .emptyInput: return
            case .error:
                throw YAMLError(
                    code: "RB-ENCODING", mark: Mark(line: line, column: column),
                    reason: "byte \(position) is not UTF-8")
            case .scalarValue(let character):
                if let objection = objection(to: character),
                    !rules.isForeign || character.value == 0
                {
                    throw YAMLError(
                        code: objection.code, mark: Mark(line: line, column: column),
                        reason: objection.reason)
                }
                position += UTF8.width(character)
                column = character == "\n" ? 1 : column + 1
                line += character == "\n" ? 1 : 0
            }
        }
    }

    private static func name(_ character: Unicode.Scalar) -> String {
        let digits = String(character.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
