/// A call of `journalctl`, understood.
struct JournalctlCall: Hashable, Sendable {
    var units: [String] = []
    /// How many of the last lines; nil: all.
    var lines: Int?
    /// Only the text, as with `-o cat`.
    var isBare = false
    var reverses = false, quiet = false

    /// Reads the arguments; nil when something in them is not simulated.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let (name, inline) = JournalctlCall.parts(argument)
            switch name {
            case "--no-pager", "--no-hostname", "--utc": break
            case "-q", "--quiet": quiet = true
            case "-r", "--reverse": reverses = true
            case "-u", "--unit":
                guard let unit = inline ?? rest.popFirst() else { return nil }
                units.append(SystemctlCall.unitName(unit))
            case "-n", "--lines":
                // Without a number it is ten.
                guard
                    let text = inline
                        ?? (rest.first.flatMap { Int($0) } != nil ? rest.popFirst() : "10"),
                    let count = Int(text), count >= 0
                else { return nil }
                lines = count
            case "-o", "--output":
                switch inline ?? rest.popFirst() {
                case "cat": isBare = true
                case "short": isBare = false
                default: return nil
                }
            default: return nil
            }
        }
    }

    /// `-n20` is `-n` and `20`; `--lines=20` is `--lines` and `20`.
    private static func parts(_ argument: String) -> (String, String?) {
        if argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") {
            return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
        }
        if ["-u", "-n", "-o"].contains(argument.prefix(2)), argument.count > 2 {
            return (String(argument.prefix(2)), String(argument.dropFirst(2)))
        }
        return (argument, nil)
    }

    /// What it prints.
    func answer(_ log: UnitLog, host: String) -> ShimAnswer {
        var entries = log.entries(units)
        if let lines { entries = Array(entries.suffix(lines)) }
        if reverses { entries.reverse() }
        if entries.isEmpty {
            return ShimAnswer(output: isBare || quiet ? "" : "-- No entries --\n")
        }
        return ShimAnswer(
            output: entries.map { (isBare ? $0.text : $0.short(host: host)) + "\n" }.joined())
    }
}
