/// Canonical JSON text, read and checked in one pass.
///
/// It accepts exactly the text that `JSONValue.utf8` writes of values that are
/// `JSONValue.isCanonical`: keys once and in byte order, the shortest escapes,
/// no spaces, integers within ±(2⁵³−1). What it refuses it does not explain;
/// `JSONValue.init(parsing:)` does. After a refusal its place means nothing.
///
/// The bytes must stand still for as long as the reader is used.
public struct CanonicalReader {
    /// A string's place in the text.
    public struct Text {
        /// What stands between the quotes.
        public let bytes: UnsafeRawBufferPointer
        /// Whether it is what it says: no escapes in it.
        public let isPlain: Bool
        /// Whether it is ASCII, escapes or not.
        public let isASCII: Bool
    }

    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private static let depthLimit = 64

    /// A reader at the beginning of `bytes`.
    public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Whether nothing is left.
    public var isAtEnd: Bool { offset == bytes.count }

    private var current: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    /// Goes past `text`, if that comes next.
    public mutating func take(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - offset >= count else { return false }
        for index in 0..<count where bytes[offset + index] != text.utf8Start[index] { return false }
        offset += count
        return true
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte, offset < bytes.count else { return false }
        offset += 1
        return true
    }

    // MARK: Going past values

    /// Goes past a value that stands `depth` levels deep; whether it is one.
    public mutating func skip(depth: Int) -> Bool {
        guard depth <= Self.depthLimit else { return false }
        switch current {
        case UInt8(ascii: "\""): return string() != nil
        case UInt8(ascii: "{"): return skipObject(depth)
        case UInt8(ascii: "["): return skipArray(depth)
        case UInt8(ascii: "t"): return take("true")
        case UInt8(ascii: "f"): return take("false")
        default: return integer() != nil
        }
    }

    private mutating func skipArray(_ depth: Int) -> Bool {
        offset += 1
        if take(UInt8(ascii: "]")) { return true }
        repeat {
            guard skip(depth: depth + 1) else { return false }
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]"))
    }

    private mutating func skipObject(_ depth: Int) -> Bool {
        offset += 1
        if take(UInt8(ascii: "}")) { return true }
        var before: Text?
        repeat {
            guard let key = key(after: before), skip(depth: depth + 1) else { return false }
            before = key
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}"))
    }

    /// A key and its colon, if it may follow `before`.
    private mutating func key(after before: Text?) -> Text? {
        guard let key = string(), key.isASCII, take(UInt8(ascii: ":")) else { return nil }
        if let before, !before.precedes(key) { return nil }
        return key
    }

    // MARK: Reading values

    /// The value that comes next, `depth` levels deep, if it is one.
    public mutating func value(depth: Int) -> JSONValue? {
        guard depth <= Self.depthLimit else { return nil }
        switch current {
        case UInt8(ascii: "\""): return string().map { .string($0.string) }
        case UInt8(ascii: "{"): return object(depth)
        case UInt8(ascii: "["): return array(depth)
        case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
        case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
        default: return integer().map { .int($0) }
        }
    }

    private mutating func array(_ depth: Int) -> JSONValue? {
        offset += 1
        if take(UInt8(ascii: "]")) { return .array([]) }
        var elements: [JSONValue] = []
        repeat {
            guard let element = value(depth: depth + 1) else { return nil }
            elements.append(element)
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]")) ? .array(elements) : nil
    }

    private mutating func object(_ depth: Int) -> JSONValue? {
        offset += 1
        if take(UInt8(ascii: "}")) { return .object([:]) }
        // Most objects have few members; growing to six one by one is dear.
        var members = [String: JSONValue](minimumCapacity: 6)
        var before: Text?
        repeat {
            guard let key = key(after: before), let value = value(depth: depth + 1) else {
                return nil
            }
            members[key.string] = value
            before = key
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}")) ? .object(members) : nil
    }

    /// The integer that comes next, in its one form and within ±(2⁵³−1).
    public mutating func integer() -> Int? {
        let isNegative = take(UInt8(ascii: "-"))
        if current == UInt8(ascii: "0") {
            offset += 1
            return isNegative ? nil : 0
        }
        var number = 0
        var digits = 0
        while case 0x30...0x39 = current {
            digits += 1
            guard digits <= 16 else { return nil }
            number = number * 10 + Int(current - 0x30)
            offset += 1
        }
        guard digits > 0, number < 1 << 53 else { return nil }
        return isNegative ? -number : number
    }
}

// MARK: Strings

extension CanonicalReader {
    /// The string that comes next: valid UTF-8 with the shortest escapes.
    public mutating func string() -> Text? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = offset
        var isPlain = true, isASCII = true
        while true {
            skipPlain()
            switch current {
            case UInt8(ascii: "\""):
                let content = UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
                offset += 1
                return Text(bytes: content, isPlain: isPlain, isASCII: isASCII)
            case UInt8(ascii: "\\"):
                isPlain = false
                guard skipEscape() else { return nil }
            case 0x80...:
                isASCII = false
                guard skipScalar() else { return nil }
            default: return nil
            }
        }
    }

    /// Goes past ASCII that stands for itself, eight bytes at a time.
    private mutating func skipPlain() {
        let ones: UInt64 = 0x0101_0101_0101_0101, highs = ones << 7
        while bytes.count - offset >= 8 {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let quote = word ^ (ones * 0x22), backslash = word ^ (ones * 0x5C)
            // The high bit of a byte shows one below 0x20, 0x22, 0x5C or above 0x7F.
            let special =
                (word &- ones * 0x20) & ~word | (quote &- ones) & ~quote
                | (backslash &- ones) & ~backslash | word
            guard special & highs == 0 else { break }
            offset += 8
        }
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte >= 0x20, byte < 0x80, byte != 0x22, byte != 0x5C else { return }
            offset += 1
        }
    }

    /// Goes past a backslash and what it needs to be there for.
    private mutating func skipEscape() -> Bool {
        guard bytes.count - offset >= 2 else { return false }
        switch bytes[offset + 1] {
        case 0x22, 0x5C, UInt8(ascii: "b"), UInt8(ascii: "t"), UInt8(ascii: "n"),
            UInt8(ascii: "f"), UInt8(ascii: "r"):
            offset += 2
            return true
        case UInt8(ascii: "u"):
            guard let byte = Text.control(bytes[offset...]) else { return false }
            offset += 6
            switch byte {
            case 0x08, 0x09, 0x0A, 0x0C, 0x0D: return false
            default: return true
            }
        default: return false
        }
    }

    /// Goes past one scalar of two to four bytes (Unicode, table 3-7).
    private mutating func skipScalar() -> Bool {
        let first = bytes[offset]
        let (count, second): (Int, ClosedRange<UInt8>)
        switch first {
        case 0xC2...0xDF: (count, second) = (2, 0x80...0xBF)
        case 0xE0: (count, second) = (3, 0xA0...0xBF)
        case 0xED: (count, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (count, second) = (3, 0x80...0xBF)
        case 0xF0: (count, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (count, second) = (4, 0x80...0xBF)
        case 0xF4: (count, second) = (4, 0x80...0x8F)
        default: return false
        }
        guard bytes.count - offset >= count, second.contains(bytes[offset + 1]) else { return false }
        for index in 2..<max(count, 2) where bytes[offset + index] & 0xC0 != 0x80 { return false }
        offset += count
        return true
    }
}
