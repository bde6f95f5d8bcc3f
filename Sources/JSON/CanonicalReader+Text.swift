internal import Glibc

extension CanonicalReader.Text {
    /// What it says.
    public var string: String {
        isPlain ? String(decoding: bytes, as: UTF8.self) : String(decoding: content, as: UTF8.self)
    }

    /// Whether what it says is `other`, byte by byte; never if it has escapes.
    public func isPlainly(_ other: UnsafeRawBufferPointer) -> Bool {
        guard isPlain, bytes.count == other.count else { return false }
        guard let left = bytes.baseAddress, let right = other.baseAddress else { return true }
        return memcmp(left, right, bytes.count) == 0
    }

    /// Whether it comes before `other` in the order of keys.
    func precedes(_ other: Self) -> Bool {
        guard isPlain, other.isPlain else {
            return content.lexicographicallyPrecedes(other.content)
        }
        guard let left = bytes.baseAddress, let right = other.bytes.baseAddress else {
            return bytes.count < other.bytes.count
        }
        let order = memcmp(left, right, min(bytes.count, other.bytes.count))
        return order == 0 ? bytes.count < other.bytes.count : order < 0
    }

    /// The bytes with the escapes undone.
    private var content: [UInt8] {
        var content: [UInt8] = []
        content.reserveCapacity(bytes.count)
        var offset = 0
        while offset < bytes.count {
            guard bytes[offset] == UInt8(ascii: "\\") else {
                content.append(bytes[offset])
                offset += 1
                continue
            }
            switch bytes[offset + 1] {
            case UInt8(ascii: "b"): content.append(0x08)
            case UInt8(ascii: "t"): content.append(0x09)
            case UInt8(ascii: "n"): content.append(0x0A)
            case UInt8(ascii: "f"): content.append(0x0C)
            case UInt8(ascii: "r"): content.append(0x0D)
            case UInt8(ascii: "u"):
                content.append(Self.control(bytes[offset...]) ?? 0)
                offset += 4
            case let byte: content.append(byte)
            }
            offset += 2
        }
        return content
    }

    /// The control character that `text` begins with, as `\u00` and two
    /// lower-case hex digits.
    static func control(_ text: Slice<UnsafeRawBufferPointer>) -> UInt8? {
        let start = text.startIndex
        guard text.count >= 6, text[start + 2] == 0x30, text[start + 3] == 0x30 else { return nil }
        let high = text[start + 4], low = text[start + 5]
        guard high == 0x30 || high == 0x31 else { return nil }
        switch low {
        case 0x30...0x39: return (high - 0x30) << 4 | (low - 0x30)
        case 0x61...0x66: return (high - 0x30) << 4 | (low - 0x61 + 10)
        default: return nil
        }
    }
}
