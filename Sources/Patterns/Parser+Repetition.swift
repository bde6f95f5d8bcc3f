extension Parser {
    private struct Count {
        let least: Int
        let most: Int?
    }

    /// An atom and how often it stands there.
    mutating func piece() throws(Pattern.Fault) -> Expression {
        let body = try atom()
        let place = index
        guard let count = try count() else { return body }
        switch body {
        case .start, .end:
            throw fault(at: place, "a place in the text cannot be repeated")
        default: break
        }
        switch next {
        case "?":
            throw fault(at: index, "lazy or greedy, the answer is the same; leave the '?' out")
        case "+":
            throw fault(
                at: index, "a repetition that gives nothing back is not known; leave the '+' out")
        case "*", "{": throw fault(at: index, Self.twice)
        default: break
        }
        if count.most != 1, body.isRepetition { throw fault(at: place, Self.twice) }
        let expression = Expression.repeated(body, least: count.least, most: count.most)
        guard expression.size < Program.limit else { throw fault(at: place, Program.tooLarge) }
        return expression
    }

    private static let twice =
        "a repetition of a repetition: one text could be read in many ways; write (a+)+ as a+"

    private mutating func count() throws(Pattern.Fault) -> Count? {
        if take("*") { return Count(least: 0, most: nil) }
        if take("+") { return Count(least: 1, most: nil) }
        if take("?") { return Count(least: 0, most: 1) }
        let start = index
        guard take("{") else { return nil }
        guard let least = try number() else {
            throw fault(
                at: start, "a count is {2}, {2,5} or {2,}; the character itself is '\\{'")
        }
        var most: Int? = least
        if take(",") { most = try number() }
        guard take("}") else {
            throw fault(
                at: start, "a count is {2}, {2,5} or {2,}; the character itself is '\\{'")
        }
        if let most, most < least { throw fault(at: start, "\(most) is less than \(least)") }
        guard most != 0 else { throw fault(at: start, "repeated 0 times it is not there at all") }
        return Count(least: least, most: most)
    }

    private mutating func number() throws(Pattern.Fault) -> Int? {
        let start = index
        var value: Int?
        while let digit = next, ("0"..."9").contains(digit) {
            _ = advance()
            value = (value ?? 0) * 10 + Int(digit.value - 0x30)
            guard index - start <= 4 else { throw fault(at: start, "a count has at most 4 digits") }
        }
        return value
    }
}
