/// A command line: options with a value, and words.
struct Options {
    private var values: [String: [String]] = [:]
    let words: [String]

    /// Reads `arguments`, in which only the options in `known` may stand, as
    /// `--name VALUE` or `--name=VALUE`.
    init(_ arguments: [String], known: [String]) throws(UsageError) {
        var values: [String: [String]] = [:]
        var words: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                words.append(argument)
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
        self.words = words
    }

    /// The last value of an option.
    subscript(name: String) -> String? { values[name]?.last }

    /// All values of an option.
    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// The value of an option that must be there.
    func required(_ name: String) throws(UsageError) -> String {
        guard let value = self[name] else { throw UsageError("--\(name) is missing") }
        return value
    }
}
