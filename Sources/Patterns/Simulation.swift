/// Runs all threads of a program over a text, one character at a time.
///
/// No instruction is followed twice at one place of the text, so the work is at
/// most the program's length for each character.
struct Simulation {
    private let instructions: [Program.Instruction]
    /// The place of the text where an instruction was last reached.
    private var reached: [Int]
    /// The instructions that wait for the next character.
    private var readers: [Int] = []
    private var waiting: [Int] = []
    private var pending: [Int] = []
    private var place = 0
    /// How many instructions were looked at.
    private(set) var steps = 0

    init(_ program: Program) {
        instructions = program.instructions
        reached = Array(repeating: -1, count: instructions.count)
    }

    /// Whether the program matches somewhere in `text`.
    mutating func matches(_ text: String) -> Bool {
        var scalars = text.unicodeScalars.makeIterator()
        var next = scalars.next()
        // A match may begin anywhere.
        if follow(from: 0, atEnd: next == nil) { return true }
        while let scalar = next {
            next = scalars.next()
            place += 1
            swap(&waiting, &readers)
            readers.removeAll(keepingCapacity: true)
            for reader in waiting {
                steps += 1
                guard case .read(let set) = instructions[reader], set.contains(scalar) else {
                    continue
                }
                if follow(from: reader + 1, atEnd: next == nil) { return true }
            }
            if follow(from: 0, atEnd: next == nil) { return true }
        }
        return false
    }

    /// Follows everything that reads nothing, and gathers the readers; true
    /// when the program's end is among it.
    private mutating func follow(from first: Int, atEnd: Bool) -> Bool {
        pending.append(first)
        while let counter = pending.popLast() {
            steps += 1
            guard reached[counter] != place else { continue }
            reached[counter] = place
            switch instructions[counter] {
            case .read: readers.append(counter)
            case .split(let one, let other):
                pending.append(other)
                pending.append(one)
            case .jump(let target): pending.append(target)
            case .start: if place == 0 { pending.append(counter + 1) }
            case .end: if atEnd { pending.append(counter + 1) }
            case .match: return true
            }
        }
        return false
    }
}
