/// Reads a pattern by recursive descent: choice, sequence, piece, atom.
struct Parser {
    private let scalars: [Unicode.Scalar]
    private(set) var index = 0
    private var depth = 0

    /// Groups in groups; a pattern anybody can read has three or four.
    static let deepest = 50

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    /// The whole pattern.
    mutating func pattern() throws(Pattern.Fault) -> Expression {
        let expression = try choice()
        guard next == nil else {
            throw fault(at: index, "there is no '(' for this ')'; the character itself is '\\)'")
        }
        return expression
    }

    private mutating func choice() throws(Pattern.Fault) -> Expression {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(Pattern.Fault) -> Expression {
        var parts: [Expression] = []
        while let next, next != "|", next != ")" { parts.append(try piece()) }
        guard !parts.isEmpty else {
            throw fault(at: index, "nothing stands here; what may be missing is written (…)?")
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// One character, class, anchor or group.
    mutating func atom() throws(Pattern.Fault) -> Expression {
        let start = index
        guard let scalar = advance() else { throw fault(at: start, "the pattern ends too early") }
        switch scalar {
        case "(": return try group(from: start)
        case "[": return .one(try characterClass(from: start))
        case "\\": return .one(try escape(from: start))
        case ".": return .one(.anythingButNewline)
        case "^": return .start
        case "$": return .end
        case "*", "+", "?", "{":
            throw fault(
                at: start,
                "there is nothing before '\(scalar)' to repeat; the character itself is '\\\(scalar)'"
            )
        case "]", "}":
            throw fault(
                at: start, "nothing is open here to close; the character itself is '\\\(scalar)'")
        default: return .one(ScalarSet(scalar))
        }
    }

    private mutating func group(from start: Int) throws(Pattern.Fault) -> Expression {
        if take("?"), !take(":") { throw fault(at: start, specialGroup()) }
        depth += 1
        guard depth <= Self.deepest else {
            throw fault(at: start, "groups stand in groups at most \(Self.deepest) deep")
        }
        let expression = try choice()
        guard take(")") else { throw fault(at: start, "this '(' is never closed") }
        depth -= 1
        return expression
    }

    /// Why a group that begins with `(?` is refused.
    private mutating func specialGroup() -> String {
        let sort = advance()
        switch (sort, next) {
        case ("=", _), ("!", _), ("<", "="), ("<", "!"):
            return "a pattern cannot look around; use two matchers, or all: and not:"
        case (">", _): return "a group that keeps what it took is not known; write (…)"
        case ("<", _), ("P", _), ("'", _): return "groups have no names here; write (…)"
        case ("#", _): return "a pattern has no comments; the step's why: is the place"
        default: return "a pattern has no flags; write what is meant, as [Aa] for either case"
        }
    }

    // What the other parts of the parser stand on.

    var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    mutating func advance() -> Unicode.Scalar? {
        guard let scalar = next else { return nil }
        index += 1
        return scalar
    }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        index += 1
        return true
    }

    /// A fault at a character; people's editors count bytes.
    func fault(at place: Int, _ reason: String) -> Pattern.Fault {
        let before = scalars[..<min(place, scalars.count)]
        return Pattern.Fault(
            offset: before.reduce(0) { $0 + UTF8.width($1) }, reason: reason)
    }
}
