/// A command line: options with a value, and words.
struct Options {
    private var values: [String: [String]] = [:]
    private var flags: Set<String> = []
    let words: [String]

    /// Reads `arguments`, in which only the options in `known` may stand, as
    /// `--name VALUE` or `--name=VALUE`, and the `flags`, which have no value.
    init(
        _ arguments: [String], known: [String], flags allowed: [String] = []
    ) throws(UsageError) {
        var flags: Set<String> = []
        var values: [String: [String]] = [:]
        var words: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                words.append(argument)
                continue
            }
            if allowed.contains(String(argument.dropFirst(2))) {
                flags.insert(String(argument.dropFirst(2)))
                continue
            }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1).map(String.init)
            guard let name = parts.first, known.contains(name) else {
                throw UsageError("there is no option \(argument)")
            }
            guard let value = parts.count > 1 ? parts[1] : rest.popFirst() else {
                throw UsageError("\(argument) needs a value")
            }
            values[name, default: []].append(value)
        }
        self.values = values
        self.flags = flags
        self.words = words
    }

    /// The last value of an option.
    subscript(name: String) -> String? { values[name]?.last }

    /// Whether a flag was given.
    func has(_ flag: String) -> Bool { flags.contains(flag) }

    /// All values of an option.
    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// The whole number an option gives, or `fallback`.
    func number(_ name: String, _ fallback: Int) throws(UsageError) -> Int {
        guard let text = self[name] else { return fallback }
        guard let number = Int(text), number >= 0 else {
            throw UsageError("--\(name) is a whole number, not \(text)")
        }
        return number
    }
}
