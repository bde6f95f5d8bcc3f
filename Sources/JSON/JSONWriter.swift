extension JSONValue {
    /// One line of JSON with sorted keys and no spaces.
    ///
    /// For values without `null` and `double` this is RFC 8785 canonical text
    /// as far as keys are ASCII (`isCanonical` says so): equal values give
    /// equal bytes.
    public var text: String { String(decoding: utf8, as: UTF8.self) }

    /// The bytes of `text`.
    public var utf8: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(256)
        write(to: &output)
        return output
    }

    /// Whether the value may stand in a hashed line: no `null`, no `double`,
    /// integers within ±(2⁵³−1), ASCII keys.
    public var isCanonical: Bool {
        switch self {
        case .null, .double: false
        case .bool, .string: true
        case .int(let number): number.magnitude < 1 << 53
        case .array(let elements): elements.allSatisfy(\.isCanonical)
        case .object(let members):
            members.allSatisfy { $0.key.utf8.allSatisfy { $0 < 0x80 } && $0.value.isCanonical }
        }
    }

    private func write(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
        case .int(let number): output.append(contentsOf: String(number).utf8)
        case .double(let number): output.append(contentsOf: number.description.utf8)
        case .string(let string): Self.write(string, to: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                element.write(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (index, key) in members.keys.sorted(by: Self.precedes).enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                Self.write(key, to: &output)
                output.append(UInt8(ascii: ":"))
                members[key]?.write(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    /// Byte order: for ASCII keys the UTF-16 order RFC 8785 asks for.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private static func write(_ string: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case 0x22, 0x5C: output.append(contentsOf: [0x5C, byte])
            case 0x08: output.append(contentsOf: [0x5C, UInt8(ascii: "b")])
            case 0x09: output.append(contentsOf: [0x5C, UInt8(ascii: "t")])
            case 0x0A: output.append(contentsOf: [0x5C, UInt8(ascii: "n")])
            case 0x0C: output.append(contentsOf: [0x5C, UInt8(ascii: "f")])
            case 0x0D: output.append(contentsOf: [0x5C, UInt8(ascii: "r")])
            case 0..<0x20:
                let hex = Array("0123456789abcdef".utf8)
                output.append(contentsOf: Array("\\u00".utf8))
                output.append(hex[Int(byte >> 4)])
                output.append(hex[Int(byte & 15)])
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
