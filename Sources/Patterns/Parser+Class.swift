extension Parser {
    /// `[…]`, after its bracket.
    mutating func characterClass(from start: Int) throws(Pattern.Fault) -> ScalarSet {
        let isInverted = take("^")
        var set = ScalarSet([])
        var isEmpty = true
        while !take("]") {
            let place = index
            let member = try member(of: start)
            isEmpty = false
            // A minus before the closing bracket is the character.
            guard next == "-", !endsAfterMinus else {
                set = set.union(member.set)
                continue
            }
            _ = advance()
            let last = try self.member(of: start)
            guard let low = member.scalar, let high = last.scalar else {
                throw fault(at: place, "a range goes from one character to another, as a-z")
            }
            guard low <= high else {
                throw fault(at: place, "this range is empty: '\(high)' comes before '\(low)'")
            }
            set = set.union(ScalarSet([low.value...high.value]))
        }
        guard !isEmpty else {
            throw fault(at: start, "this class is empty; a bracket in a class is written \\]")
        }
        return isInverted ? set.inverted : set
    }

    /// Whether the minus that stands here is the class's last character.
    private var endsAfterMinus: Bool {
        var ahead = self
        return ahead.take("-") && ahead.take("]")
    }

    /// A character of a class, or a set of them.
    private mutating func member(of start: Int) throws(Pattern.Fault)
        -> (set: ScalarSet, scalar: Unicode.Scalar?)
    {
        let place = index
        guard let scalar = advance() else { throw fault(at: start, "this '[' is never closed") }
        switch scalar {
        case "[" where next == ":" || next == "." || next == "=":
            throw fault(at: place, "classes have no names here; write [A-Za-z] or \\w")
        case "[":
            throw fault(at: place, "a bracket in a class is written \\[")
        case "\\":
            let set = try escape(from: place)
            return (set, set.only)
        default: return (ScalarSet(scalar), scalar)
        }
    }

    /// What `\` and the character after it mean.
    mutating func escape(from start: Int) throws(Pattern.Fault) -> ScalarSet {
        guard let scalar = advance() else {
            throw fault(at: start, "nothing follows this backslash; itself it is '\\\\'")
        }
        switch scalar {
        case "d": return .digits
        case "D": return .digits.inverted
        case "w": return .words
        case "W": return .words.inverted
        case "s": return .spaces
        case "S": return .spaces.inverted
        case "\\", ".", "[", "]", "(", ")", "{", "}", "*", "+", "?", "^", "$", "|", "-", "/":
            return ScalarSet(scalar)
        case "0"..."9", "g", "k":
            throw fault(at: start, "a pattern cannot refer back to what a group matched")
        case "A", "z", "Z", "G", "`", "'":
            throw fault(at: start, "the ends of the text are written ^ and $")
        case "b", "B", "<", ">":
            throw fault(at: start, "a word's boundary is not known; write (^|\\W) or (\\W|$)")
        default:
            throw fault(
                at: start,
                "'\\\(scalar)' has no meaning; known are \\d \\w \\s, \\D \\W \\S "
                    + "and a backslash before one of . [ ] ( ) { } * + ? ^ $ | - / \\"
            )
        }
    }
}
