/// Blanks the comments and strings of Swift text, keeping every line where it
/// is. Knows nested comments, raw and multi-line strings and interpolation.
struct Scan {
    /// Bytes, because a scan of characters takes ten times as long.
    private var codeBytes: [UInt8] = []
    private var uncommentedBytes: [UInt8] = []
    private let text: [UInt8]
    private var index = 0

    /// The text without comments and without the content of strings.
    var code: String { String(decoding: codeBytes, as: UTF8.self) }
    /// The text without comments.
    var uncommented: String { String(decoding: uncommentedBytes, as: UTF8.self) }

    init(_ text: String) {
        self.text = Array(text.utf8)
        codeBytes.reserveCapacity(self.text.count)
        uncommentedBytes.reserveCapacity(self.text.count)
        while index < self.text.count { step() }
    }

    private static let newline = UInt8(ascii: "\n")
    private static let space = UInt8(ascii: " ")
    private static let quote = UInt8(ascii: "\"")
    private static let hash = UInt8(ascii: "#")
    private static let slash = UInt8(ascii: "/")

    private mutating func step() {
        if text[index] == Self.slash, starts("//") {
            while index < text.count, text[index] != Self.newline { blank(inComment: true) }
        } else if text[index] == Self.slash, starts("/*") {
            comment()
        } else if let hashes = openingHashes() {
            string(hashes: hashes)
        } else {
            keep()
        }
    }

    private func starts(_ prefix: String) -> Bool { text[index...].starts(with: prefix.utf8) }

    /// The number of `#` before a quote here, or nil when no string starts here.
    private func openingHashes() -> Int? {
        guard text[index] == Self.hash || text[index] == Self.quote else { return nil }
        let hashes = text[index...].prefix { $0 == Self.hash }.count
        let quote = index + hashes
        return quote < text.count && text[quote] == Self.quote ? hashes : nil
    }

    private mutating func keep() {
        codeBytes.append(text[index])
        uncommentedBytes.append(text[index])
        index += 1
    }

    private mutating func blank(inComment: Bool) {
        let byte = text[index]
        codeBytes.append(byte == Self.newline ? byte : Self.space)
        uncommentedBytes.append(inComment && byte != Self.newline ? Self.space : byte)
        index += 1
    }

    private mutating func comment() {
        var depth = 0
        repeat {
            let step = starts("/*") ? 1 : starts("*/") ? -1 : 0
            depth += step
            blank(inComment: true)
            if step != 0 { blank(inComment: true) }
        } while depth > 0 && index < text.count
    }

    private mutating func string(hashes: Int) {
        let fence = String(repeating: "#", count: hashes)
        for _ in 0..<hashes { keep() }
        let quotes = starts("\"\"\"") ? "\"\"\"" : "\""
        for _ in quotes { keep() }
        while index < text.count {
            if starts(quotes + fence) {
                for _ in 0..<(quotes.count + hashes) { keep() }
                return
            }
            if starts("\\" + fence + "(") {
                for _ in 0..<(2 + hashes) { blank(inComment: false) }
                interpolation()
            } else if starts("\\" + fence), index + hashes + 1 < text.count {
                for _ in 0..<(2 + hashes) { blank(inComment: false) }
            } else {
                // A string of one line ends with its line, even when it is not closed.
                if quotes.count == 1, text[index] == Self.newline { return }
                blank(inComment: false)
            }
        }
    }

    /// Code inside a string, up to its closing parenthesis.
    private mutating func interpolation() {
        var depth = 1
        while index < text.count, depth > 0 {
            if text[index] == UInt8(ascii: "(") { depth += 1 }
            if text[index] == UInt8(ascii: ")") { depth -= 1 }
            if let hashes = openingHashes() {
                string(hashes: hashes)
            } else {
                blank(inComment: false)
            }
        }
    }
}
