/// Text that is not JSON.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Offset of the offending byte.
    public let offset: Int
    /// What is wrong there.
    public let reason: String

    public var description: String { "not JSON at byte \(offset): \(reason)" }
}

extension JSONValue {
    /// Parses UTF-8 JSON text (RFC 8259): one value, nothing behind it.
    ///
    /// Duplicate keys, invalid UTF-8 and nesting deeper than 64 are refused.
    public init(parsing bytes: some Collection<UInt8>) throws(JSONError) {
        let contiguous = Array(bytes)
        var parser = JSONParser(bytes: contiguous)
        self = try parser.parse()
    }

    /// Parses JSON text.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }
}

struct JSONParser {
    private let bytes: [UInt8]
    private var offset = 0
    private static let depthLimit = 64

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func parse() throws(JSONError) -> JSONValue {
        let value = try parseValue(depth: 0)
        skipSpace()
        guard offset == bytes.count else { throw failure("text after the value") }
        return value
    }

    private func failure(_ reason: String) -> JSONError {
        JSONError(offset: offset, reason: reason)
    }

    private var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            offset += 1
        }
    }

    private mutating func parseValue(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= Self.depthLimit else {
            throw failure("nested deeper than \(Self.depthLimit)")
        }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try parseObject(depth: depth)
        case UInt8(ascii: "["): return try parseArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case nil: throw failure("the text ends too early")
        default: return try parseNumber()
        }
    }

    private mutating func parseWord(
        _ word: StaticString, _ value: JSONValue
    ) throws(JSONError) -> JSONValue {
        let text = Array("\(word)".utf8)
        guard bytes.dropFirst(offset).starts(with: text) else { throw failure("unknown word") }
        offset += text.count
        return value
    }

    private mutating func parseObject(depth: Int) throws(JSONError) -> JSONValue {
        offset += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if current == UInt8(ascii: "}") {
            offset += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw failure("a key is expected") }
            let key = try parseString()
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw failure("':' is expected") }
            offset += 1
            let value = try parseValue(depth: depth + 1)
            guard members.updateValue(value, forKey: key) == nil else {
                throw failure("duplicate key")
            }
            skipSpace()
            switch current {
            case UInt8(ascii: ","): offset += 1
            case UInt8(ascii: "}"):
                offset += 1
                return .object(members)
            default: throw failure("',' or '}' is expected")
            }
        }
    }

    private mutating func parseArray(depth: Int) throws(JSONError) -> JSONValue {
        offset += 1
        var elements: [JSONValue] = []
        skipSpace()
        if current == UInt8(ascii: "]") {
            offset += 1
            return .array(elements)
        }
        while true {
            elements.append(try parseValue(depth: depth + 1))
            skipSpace()
            switch current {
            case UInt8(ascii: ","): offset += 1
            case UInt8(ascii: "]"):
                offset += 1
                return .array(elements)
            default: throw failure("',' or ']' is expected")
            }
        }
    }

    private mutating func parseNumber() throws(JSONError) -> JSONValue {
        let start = offset
        if current == UInt8(ascii: "-") { offset += 1 }
        guard let first = current, isDigit(first) else { throw failure("a value is expected") }
        let leadingZero = first == UInt8(ascii: "0")
        let digits = skipDigits()
        if leadingZero && digits > 1 { throw failure("a number starts with 0") }
        var isInteger = true
        if current == UInt8(ascii: ".") {
            isInteger = false
            offset += 1
            if skipDigits() == 0 { throw failure("digits are expected") }
        }
        if let byte = current, byte | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            offset += 1
            if let sign = current, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                offset += 1
            }
            if skipDigits() == 0 { throw failure("digits are expected") }
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isInteger, let number = Int(text) { return .int(number) }
        guard let number = Double(text), number.isFinite else {
            throw failure("number out of range")
        }
        return .double(number)
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private mutating func skipDigits() -> Int {
        let start = offset
        while let byte = current, isDigit(byte) { offset += 1 }
        return offset - start
    }

    private mutating func parseString() throws(JSONError) -> String {
        offset += 1
        let start = offset
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"),
            byte >= 0x20
        {
            offset += 1
        }
        if current == UInt8(ascii: "\"") {
            defer { offset += 1 }
            return try text(Array(bytes[start..<offset]))
        }
        var content = Array(bytes[start..<offset])
        while let byte = current {
            offset += 1
            if byte == UInt8(ascii: "\"") { return try text(content) }
            if byte == UInt8(ascii: "\\") {
                content.append(contentsOf: try parseEscape())
            } else if byte < 0x20 {
                throw failure("control character in a string")
            } else {
                content.append(byte)
            }
        }
        throw failure("a string does not end")
    }

    private func text(_ content: [UInt8]) throws(JSONError) -> String {
        guard let text = String(validating: content, as: UTF8.self) else {
            throw failure("invalid UTF-8 in a string")
        }
        return text
    }

    private mutating func parseEscape() throws(JSONError) -> [UInt8] {
        guard let byte = current else { throw failure("a string does not end") }
        offset += 1
        switch byte {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "u"): return Array(String(try parseScalar()).utf8)
        default: throw failure("unknown escape")
        }
    }

    private mutating func parseScalar() throws(JSONError) -> Character {
        let high = try parseHex()
        guard (0xD800..<0xE000).contains(high) else {
            guard let scalar = Unicode.Scalar(high) else { throw failure("not a character") }
            return Character(scalar)
        }
        guard high < 0xDC00, bytes.dropFirst(offset).starts(with: [0x5C, 0x75]) else {
            throw failure("half a surrogate pair")
        }
        offset += 2
        let low = try parseHex()
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
        else { throw failure("half a surrogate pair") }
        return Character(scalar)
    }

    private mutating func parseHex() throws(JSONError) -> UInt32 {
        guard offset + 4 <= bytes.count,
            let number = UInt32(
                String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16)
        else { throw failure("four hex digits are expected") }
        offset += 4
        return number
    }
}
