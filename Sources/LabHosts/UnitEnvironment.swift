/// The variables of a unit's process.
struct UnitEnvironment: Hashable, Sendable {
    var values: [String: String] = [:]

    /// Takes one line of an environment file: `NAME=VALUE`, quotes around the
    /// value taken off; a comment or an empty line is nothing.
    mutating func add(_ line: String) {
        guard let equals = line.firstIndex(of: "="), !line.hasPrefix("#"), !line.hasPrefix(";")
        else { return }
        var value = line[line.index(after: equals)...]
        if value.count > 1, let quote = value.first, quote == "\"" || quote == "'",
            value.last == quote
        {
            value = value.dropFirst().dropLast()
        }
        values[String(line[..<equals])] = String(value)
    }

    /// `$NAME` as a word of its own is the variable's words, `${NAME}` anywhere
    /// its value, `$$` the sign itself.
    static func expanded(_ words: [String], _ values: [String: String]) -> [String] {
        words.flatMap { word -> [String] in
            if word.hasPrefix("$"), !word.hasPrefix("$$"), !word.hasPrefix("${") {
                return UnitFile.words(values[String(word.dropFirst())] ?? "")
            }
            return [braces(word, values)]
        }
    }

    private static func braces(_ word: String, _ values: [String: String]) -> String {
        var result = ""
        var rest = word[...]
        while let sign = rest.firstIndex(of: "$") {
            result += rest[..<sign]
            rest = rest[rest.index(after: sign)...]
            if rest.hasPrefix("$") {
                result += "$"
                rest = rest.dropFirst()
            } else if rest.hasPrefix("{"), let end = rest.firstIndex(of: "}") {
                result += values[String(rest[rest.index(after: rest.startIndex)..<end])] ?? ""
                rest = rest[rest.index(after: end)...]
            } else {
                result += "$"
            }
        }
        return result + rest
    }
}
