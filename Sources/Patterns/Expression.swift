/// What a pattern means, before it is a program.
indirect enum Expression {
    /// One character of a set.
    case one(ScalarSet)
    /// The beginning, or the end, of the text.
    case start, end
    /// One after the other.
    case sequence([Expression])
    /// One of them.
    case choice([Expression])
    /// From `least` to `most` times, or without end.
    case repeated(Expression, least: Int, most: Int?)

    /// How many instructions it takes.
    var size: Int {
        switch self {
        case .one, .start, .end: 1
        case .sequence(let parts): parts.reduce(0) { $0 + $1.size }
        case .choice(let branches): branches.reduce(2 * (branches.count - 1)) { $0 + $1.size }
        case .repeated(let body, 0, nil): body.size + 2
        case .repeated(let body, let least, nil): least * body.size + 1
        case .repeated(let body, let least, let most?):
            least * body.size + (most - least) * (body.size + 1)
        }
    }

    /// Whether it may match no character at all.
    private var canBeEmpty: Bool {
        switch self {
        case .one: false
        case .start, .end: true
        case .sequence(let parts): parts.allSatisfy(\.canBeEmpty)
        case .choice(let branches): branches.contains(where: \.canBeEmpty)
        case .repeated(let body, let least, _): least == 0 || body.canBeEmpty
        }
    }

    /// Whether it can be nothing but one thing, repeated any of several times.
    /// Repeated again, one text has many readings, `(a+)+` exponentially many:
    /// harmless here, but people copy patterns to tools that try each of them.
    var isRepetition: Bool {
        switch self {
        case .one, .start, .end: false
        case .choice(let branches): branches.contains(where: \.isRepetition)
        case .repeated(let body, let least, let most): least != most || body.isRepetition
        case .sequence(let parts): Self.needed(parts).contains(where: \.isRepetition)
        }
    }

    /// The parts that can be all there is of a sequence: the only one that must
    /// be there, or any where none must.
    private static func needed(_ parts: [Expression]) -> [Expression] {
        let needed = parts.filter { !$0.canBeEmpty }
        return needed.isEmpty ? parts : needed.count == 1 ? needed : []
    }
}
