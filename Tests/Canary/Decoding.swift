/// Undoing what programs do to bytes when they write them down.
enum Decoding {
    static let sextets = Dictionary(
        uniqueKeysWithValues: Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
        ).enumerated().map { ($1, UInt32($0)) } + [(0x2D, 62), (0x5F, 63)])

    static let nibbles: [UInt8: UInt32] = {
        var table: [UInt8: UInt32] = [:]
        for (value, byte) in "0123456789abcdef".utf8.enumerated() { table[byte] = UInt32(value) }
        for (value, byte) in "ABCDEF".utf8.enumerated() { table[byte] = UInt32(value + 10) }
        return table
    }()

    /// Stretches of at least eight of these characters, as their values.
    static func runs(_ bytes: [UInt8], of table: [UInt8: UInt32]) -> [[UInt32]] {
        var flat = [UInt32](repeating: .max, count: 256)
        for (byte, value) in table { flat[Int(byte)] = value }
        var runs: [[UInt32]] = []
        var run: [UInt32] = []
        for byte in bytes + [0] {
            let value = flat[Int(byte)]
            if value != .max {
                run.append(value)
            } else {
                if run.count >= 8 { runs.append(run) }
                run = []
            }
        }
        return runs
    }

    static func base64(_ run: ArraySlice<UInt32>) -> [UInt8] { decode(run, bits: 6) }
    static func hex(_ run: ArraySlice<UInt32>) -> [UInt8] { decode(run, bits: 4) }

    private static func decode(_ run: ArraySlice<UInt32>, bits: Int) -> [UInt8] {
        var result: [UInt8] = []
        var held: UInt32 = 0
        var count = 0
        for value in run {
            held = held << UInt32(bits) | value
            count += bits
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: held >> UInt32(count)))
            }
        }
        return result
    }

    static func percent(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x25, index + 2 < bytes.count, let high = nibbles[bytes[index + 1]],
                let low = nibbles[bytes[index + 2]]
            {
                result.append(UInt8(high << 4 | low))
                index += 3
            } else {
                result.append(bytes[index] == 0x2B ? 0x20 : bytes[index])
                index += 1
            }
        }
        return result
    }

    static func json(_ bytes: [UInt8]) -> [UInt8] {
        let short: [UInt8: UInt8] = [
            0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09, 0x62: 0x08, 0x66: 0x0C, 0x22: 0x22, 0x5C: 0x5C,
            0x2F: 0x2F,
        ]
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            if bytes[index] == 0x5C, let byte = short[next] {
                result.append(byte)
                index += 2
            } else if bytes[index] == 0x5C, next == 0x75, index + 5 < bytes.count {
                let code = bytes[(index + 2)...(index + 5)].reduce(UInt32(0)) {
                    $0 << 4 | (nibbles[$1] ?? 0)
                }
                result += Unicode.Scalar(code).map { Array(String(Character($0)).utf8) } ?? []
                index += 6
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    /// Without quotes and backslashes; what a secret has of them is lost too,
    /// but eight bytes in a row without one are not.
    static func unquoted(_ bytes: [UInt8]) -> [UInt8] {
        bytes.filter { ![0x22, 0x27, 0x5C].contains($0) }
    }

    /// Lines joined: encoders break theirs.
    static func folded(_ bytes: [UInt8]) -> [UInt8] {
        bytes.filter { ![0x0A, 0x0D, 0x20].contains($0) }
    }
}
