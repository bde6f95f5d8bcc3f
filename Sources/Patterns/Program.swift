/// A pattern as instructions for many threads that read one text together.
struct Program: Sendable {
    enum Instruction: Sendable {
        /// Reads one character of a set, or ends the thread.
        case read(ScalarSet)
        /// Goes on at both places.
        case split(Int, Int)
        case jump(Int)
        /// Goes on only at this end of the text.
        case start, end
        /// The pattern matches.
        case match
    }

    private(set) var instructions: [Instruction] = []

    /// The most instructions: with it, a text of a MiB takes seconds at worst.
    static let limit = 10_000
    static let tooLarge =
        "counted out, the pattern has more than \(limit) parts; use smaller counts"

    /// The program of `expression`, which is smaller than the limit.
    init(_ expression: Expression) {
        emit(expression)
        instructions.append(.match)
    }

    private mutating func emit(_ expression: Expression) {
        switch expression {
        case .one(let set): instructions.append(.read(set))
        case .start: instructions.append(.start)
        case .end: instructions.append(.end)
        case .sequence(let parts): parts.forEach { emit($0) }
        case .choice(let branches): emit(branches)
        case .repeated(let body, let least, let most): emit(body, least: least, most: most)
        }
    }

    /// `split` before each branch but the last, `jump` to the end behind it.
    private mutating func emit(_ branches: [Expression]) {
        var ends: [Int] = []
        for branch in branches.dropLast() {
            let split = reserve()
            emit(branch)
            ends.append(reserve())
            instructions[split] = .split(split + 1, instructions.count)
        }
        if let last = branches.last { emit(last) }
        for end in ends { instructions[end] = .jump(instructions.count) }
    }

    /// What must be there is written out; then a loop, or as many ways out as
    /// there are more.
    private mutating func emit(_ body: Expression, least: Int, most: Int?) {
        var last = instructions.count
        for _ in 0..<least {
            last = instructions.count
            emit(body)
        }
        guard let most else {
            let split = reserve()
            if least > 0 {
                instructions[split] = .split(last, split + 1)
            } else {
                emit(body)
                instructions.append(.jump(split))
                instructions[split] = .split(split + 1, instructions.count)
            }
            return
        }
        var exits: [Int] = []
        for _ in least..<most {
            exits.append(reserve())
            emit(body)
        }
        for exit in exits { instructions[exit] = .split(exit + 1, instructions.count) }
    }

    /// A place to be filled in when it is known where it leads.
    private mutating func reserve() -> Int {
        instructions.append(.match)
        return instructions.count - 1
    }
}
