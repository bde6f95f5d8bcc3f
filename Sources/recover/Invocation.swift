internal import RecoveryEngine
internal import YAML

/// A parsed command line: words, and `--name value` options.
///
/// Only `--help` and `--version` go without a value. There is no
/// `@file` and no option with one dash.
struct Invocation {
    let words: [String]
    private let options: [String: String]

    init(_ arguments: [String]) throws(Refusal) {
        var words: [String] = []
        var options: [String: String] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("-"), argument != "-" else {
                words.append(argument)
                continue
            }
            if argument == "--" {
                words += rest
                break
            }
            guard argument.hasPrefix("--") else {
                throw Refusal(.usage, "options have two dashes: \(argument)")
            }
            let parts = argument.dropFirst(2).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts.first ?? "")
            let value: String
            if parts.count == 2 {
                value = String(parts[1])
            } else if let next = rest.first, !next.hasPrefix("-") {
                value = rest.removeFirst()
            } else if ["help", "version"].contains(name) {
                value = "true"
            } else {
                throw Refusal(.usage, "--\(name) needs a value behind it")
            }
            guard options.updateValue(value, forKey: name) == nil else {
                throw Refusal(.usage, "--\(name) is given twice")
            }
            if value.isEmpty { throw Refusal(.usage, "--\(name) is empty") }
        }
        self.words = words
        self.options = options
    }

    subscript(name: String) -> String? { options[name] }

    /// Whether the flag `name` is given.
    func has(_ name: String) -> Bool { options[name] == "true" }

    /// The options that are not among `known`.
    func others(than known: [String]) -> [String: String] {
        options.filter { !known.contains($0.key) }
    }

    /// Refuses options the command does not know.
    func allow(_ known: [String], for command: String) throws(Refusal) {
        for name in others(than: known).keys.sorted() {
            let hint = NearestName.hint(name, among: known)
            throw Refusal(
                .usage,
                "'recover \(command)' has no --\(name)\(hint)\nType: recover help \(command)")
        }
    }
}
