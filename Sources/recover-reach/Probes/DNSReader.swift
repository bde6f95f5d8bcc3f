/// Reads the parts of a DNS message. The bytes come from the network: whatever
/// does not fit is nil, and a name ends however its pointers lead.
struct DNSReader {
    private let bytes: [UInt8]
    private(set) var offset: Int

    init(_ bytes: [UInt8], at offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    mutating func byte() -> UInt8? {
        guard bytes.indices.contains(offset) else { return nil }
        offset += 1
        return bytes[offset - 1]
    }

    mutating func number() -> UInt16? {
        guard let high = byte(), let low = byte() else { return nil }
        return UInt16(high) << 8 | UInt16(low)
    }

    mutating func take(_ count: Int) -> [UInt8]? {
        guard count <= bytes.count - offset else { return nil }
        offset += count
        return Array(bytes[offset - count..<offset])
    }

    /// A name in lower case without a dot at its end; the root is `.`.
    mutating func name() -> String? {
        var labels: [String] = []
        var length = 0
        // A pointer must lead before every place this name was read from: then it ends.
        var earliest = offset
        var reader = self
        var isBehindPointer = false
        while let count = reader.byte() {
            if !isBehindPointer { offset = reader.offset }
            switch count {
            case 0: return labels.isEmpty ? "." : labels.joined(separator: ".")
            case 1...63:
                guard let label = reader.take(Int(count)) else { return nil }
                if !isBehindPointer { offset = reader.offset }
                length += label.count + 1
                guard length <= 254 else { return nil }
                labels.append(Self.text(ofLabel: label))
            case 0xC0...:
                guard let low = reader.byte() else { return nil }
                if !isBehindPointer { offset = reader.offset }
                let target = Int(count & 0x3F) << 8 | Int(low)
                guard target < earliest else { return nil }
                earliest = target
                reader.offset = target
                isBehindPointer = true
            default: return nil
            }
        }
        return nil
    }

    /// RFC 1035 text: what would be read as something else is escaped.
    private static func text(ofLabel label: [UInt8]) -> String {
        label.reduce(into: "") { text, byte in
            if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "\\") {
                text += "\\" + String(UnicodeScalar(byte))
            } else if (0x21...0x7E).contains(byte) {
                text += String(UnicodeScalar(byte)).lowercased()
            } else {
                let digits = String(byte)
                text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
        }
    }
}
