/// A JSON pointer (RFC 6901): `/items/0/metadata/name`; the empty text is the
/// whole document.
public struct JSONPointer: Hashable, Sendable {
    /// The unescaped reference tokens, outermost first.
    public let tokens: [String]

    /// Parses `text`; nil unless it is empty or starts with a slash and every
    /// `~` is followed by 0 or 1.
    public init?(_ text: String) {
        if text.isEmpty {
            tokens = []
            return
        }
        guard text.utf8.first == UInt8(ascii: "/") else { return nil }
        var tokens: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let token = JSONPointer.unescape(part) else { return nil }
            tokens.append(token)
        }
        self.tokens = tokens
    }

    private static func unescape(_ part: Substring) -> String? {
        guard part.contains("~") else { return String(part) }
        var result = ""
        var iterator = part.makeIterator()
        while let character = iterator.next() {
            guard character == "~" else {
                result.append(character)
                continue
            }
            switch iterator.next() {
            case "0": result.append("~")
            case "1": result.append("/")
            default: return nil
            }
        }
        return result
    }
}

extension JSONValue {
    /// The value `pointer` leads to, or nil if there is none.
    public subscript(pointer: JSONPointer) -> JSONValue? {
        var current = self
        for token in pointer.tokens {
            let next: JSONValue?
            switch current {
            case .object(let members): next = members[token]
            case .array(let elements):
                let index = Int(token)
                next = index.flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            default: next = nil
            }
            guard let next else { return nil }
            current = next
        }
        return current
    }
}
