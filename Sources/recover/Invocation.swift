internal import RecoveryEngine
internal import YAML

/// A parsed command line: words, and `--name value` options.
///
/// Flags go without a value; `-h` is the only option with one dash. There is
/// no `@file`.
struct Invocation {
    /// The options without a value.
    static let flags = ["help", "version", "json", "watch", "probe"]

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
            let (name, value) = try Self.option(argument == "-h" ? "--help" : argument, &rest)
            guard options.updateValue(value, forKey: name) == nil else {
                throw Refusal(.usage, "--\(name) is given twice")
            }
            if value.isEmpty { throw Refusal(.usage, "--\(name) is empty") }
        }
        self.words = words
        self.options = options
    }

    private static func option(
        _ argument: String, _ rest: inout ArraySlice<String>
    ) throws(Refusal) -> (name: String, value: String) {
        guard argument.hasPrefix("--") else {
            throw Refusal(.usage, "options have two dashes: \(argument)")
        }
        // By code points: with an accent behind it an equals sign is another character.
        let parts = argument.unicodeScalars.dropFirst(2).split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first.map { String($0) } ?? ""
        if flags.contains(name) {
            guard parts.count == 1 else { throw Refusal(.usage, "--\(name) takes no value") }
            return (name, "true")
        }
        if parts.count == 2 { return (name, String(parts[1])) }
        guard let next = rest.first, !next.hasPrefix("-") || next == "-" else {
            throw Refusal(.usage, "--\(name) needs a value behind it")
        }
        return (name, rest.removeFirst())
    }

    /// Whether the answer is for a machine, before anything else is known of
    /// the command line.
    static func asksForJSON(_ arguments: [String]) -> Bool {
        arguments.prefix { $0 != "--" }.contains("--json")
    }

    subscript(name: String) -> String? { options[name] }

    /// Whether the flag `name` is given.
    func has(_ name: String) -> Bool { Self.flags.contains(name) && options[name] != nil }

    /// The options that are not among `known`.
    func others(than known: [String]) -> [String: String] {
        options.filter { !known.contains($0.key) }
    }

    /// Refuses options the command does not know.
    func allow(_ known: [String], for page: Page) throws(Refusal) {
        for name in others(than: known).keys.sorted() {
            throw Refusal(
                .usage,
                "'recover \(page.name)' has no --\(name)\(NearestName.hint(name, among: known))",
                page: page)
        }
    }
}
