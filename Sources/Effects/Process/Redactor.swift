/// Takes secrets out of bytes before anybody else sees them.
public struct Redactor: Sendable {
    private var patterns: [(bytes: [UInt8], mark: [UInt8])] = []

    public init() {}

    /// Registers a secret: as it is, without surrounding white space, and in
    /// base64 at each of the three alignments. Shorter than 8 bytes it could
    /// not be told from ordinary text.
    public mutating func add(_ secret: [UInt8], name: String) {
        let mark = Array("[redacted:\(name)]".utf8)
        let trimmed = Self.trimmed(secret)
        var variants = [secret, trimmed]
        for shift in 0..<3 where trimmed.count > shift + 8 {
            variants.append(Self.base64(Array(trimmed.dropFirst(shift))))
        }
        for bytes in variants where bytes.count >= 8 { patterns.append((bytes, mark)) }
        patterns.sort { $0.bytes.count > $1.bytes.count }
    }

    /// `bytes` with every registered secret replaced by its mark.
    public func redact(_ bytes: [UInt8]) -> [UInt8] {
        guard !patterns.isEmpty, !bytes.isEmpty else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var offset = 0
        while offset < bytes.count {
            let match = patterns.first { pattern in
                pattern.bytes[0] == bytes[offset] && bytes[offset...].starts(with: pattern.bytes)
            }
            if let match {
                result += match.mark
                offset += match.bytes.count
            } else {
                result.append(bytes[offset])
                offset += 1
            }
        }
        return result
    }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        return Array(bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }

    /// Base64 of whole groups only, so that what follows does not matter.
    private static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count - 2, by: 3) {
            let group =
                UInt32(bytes[start]) << 16 | UInt32(bytes[start + 1]) << 8
                | UInt32(bytes[start + 2])
            for shift in [18, 12, 6, 0] as [UInt32] {
                result.append(alphabet[Int(group >> shift & 63)])
            }
        }
        return result
    }
}
