/// Text with `{{ path }}` holes. There are no functions, and a filled hole is
/// never read again.
public struct Template: Hashable, Sendable {
    /// A stretch of the text.
    public enum Piece: Hashable, Sendable {
        /// Text that stands for itself.
        case literal(String)
        /// The name of a value, such as `node.name`.
        case hole(FactPath)
    }

    /// The pieces, in order.
    public let pieces: [Piece]

    /// Why a text is no template.
    public struct Fault: Error, Hashable, Sendable {
        public let reason: String
    }

    /// Parses `text`.
    public init(_ text: String) throws(Fault) {
        var pieces: [Piece] = []
        var rest = Substring(text)
        while let open = rest.firstRange(of: "{{") {
            if open.lowerBound > rest.startIndex {
                pieces.append(.literal(String(rest[..<open.lowerBound])))
            }
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: "}}") else {
                throw Fault(reason: "'{{' without '}}'")
            }
            let name = rest[..<close.lowerBound].trimmingSpaces
            guard let path = FactPath(name) else {
                throw Fault(
                    reason: "'{{ \(name) }}' is not a name; only {{ path }} is allowed, "
                        + "without functions, filters or nesting")
            }
            pieces.append(.hole(path))
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty { pieces.append(.literal(String(rest))) }
        self.pieces = pieces
    }

    /// A template that is nothing but `text`.
    public init(literal text: String) { pieces = text.isEmpty ? [] : [.literal(text)] }

    /// `template` with `text` before it.
    public init(before text: String, _ template: Template) {
        pieces = [.literal(text)] + template.pieces
    }

    /// The text, if there is no hole in it.
    public var literal: String? {
        var text = ""
        for piece in pieces {
            guard case .literal(let part) = piece else { return nil }
            text += part
        }
        return text
    }

    /// The names in the holes.
    public var holes: [FactPath] {
        pieces.compactMap { if case .hole(let path) = $0 { path } else { nil } }
    }

    /// The text it was made from, spacing inside the holes normalised.
    public var source: String {
        pieces.map { piece in
            switch piece {
            case .literal(let text): text
            case .hole(let path): "{{ \(path) }}"
            }
        }.joined()
    }
}

extension Substring {
    var trimmingSpaces: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// First place where `needle` stands.
    func firstRange(of needle: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(needle) {
                return start..<index(start, offsetBy: needle.count)
            }
            formIndex(after: &start)
        }
        return nil
    }
}
