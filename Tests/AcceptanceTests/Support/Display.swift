/// What a terminal shows after what was written to it: the few sequences
/// `recover` may use, and a record of every other.
struct Display {
    let rows: Int
    let columns: Int
    private(set) var lines: [[Character]] = [[]]
    private(set) var row = 0
    private(set) var column = 0
    /// Lines that have left the window at its top.
    private var top = 0
    /// Sequences and controls that are none of the few.
    private(set) var strange: [String] = []

    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    /// The lines, without spaces at their ends.
    var text: [String] {
        lines.map { line in
            var text = String(line)
            while text.last == " " { text.removeLast() }
            return text
        }
    }

    mutating func take(_ written: String) {
        var rest = written.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\r": column = 0
            case "\n": feed()
            case "\u{1b}": sequence(&rest)
            default:
                if scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) {
                    strange.append("U+\(String(scalar.value, radix: 16))")
                } else {
                    put(Character(scalar))
                }
            }
        }
    }

    private mutating func sequence(_ rest: inout Substring.UnicodeScalarView) {
        guard rest.first == "[" else {
            strange.append("ESC \(rest.first.map { String($0) } ?? "")")
            return
        }
        rest.removeFirst()
        var argument = ""
        while let scalar = rest.popFirst() {
            if ("0"..."9").contains(scalar) || scalar == ";" {
                argument.unicodeScalars.append(scalar)
                continue
            }
            switch scalar {
            case "A": row = max(top, row - (Int(argument) ?? 1))
            case "K": lines[row] = Array(lines[row].prefix(column))
            case "J":
                lines[row] = Array(lines[row].prefix(column))
                lines.removeSubrange((row + 1)...)
            case "m": break
            default: strange.append("ESC [\(argument)\(scalar)")
            }
            return
        }
    }

    private mutating func put(_ character: Character) {
        if column >= columns {
            column = 0
            feed()
        }
        while lines[row].count <= column { lines[row].append(" ") }
        lines[row][column] = character
        column += 1
    }

    private mutating func feed() {
        row += 1
        if row == lines.count { lines.append([]) }
        if row - top >= rows { top += 1 }
    }
}
