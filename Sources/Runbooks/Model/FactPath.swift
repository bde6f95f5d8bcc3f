/// The name of a value: `node.address.external`, outermost name first.
public struct FactPath: Hashable, Sendable, CustomStringConvertible {
    /// The names, at least one.
    public let names: [String]

    /// Parses dotted names of letters, digits, `-` and `_`; nil otherwise.
    public init?(_ text: String) {
        let names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard names.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(FactPath.isNameByte) }) else {
            return nil
        }
        self.names = names
    }

    /// The outermost name.
    public var root: String { names[0] }

    /// The names below the outermost.
    public var rest: ArraySlice<String> { names.dropFirst() }

    public var description: String { names.joined(separator: ".") }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
