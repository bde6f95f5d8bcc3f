internal import RecoveryEngine
internal import YAML

/// One command: how it is typed, what it is for, and what carries it out.
struct Page: Sendable {
    /// `--name VALUE`, or a flag without a value.
    struct Option: Sendable {
        let name: String
        let value: String?
        let about: String

        init(_ name: String, _ value: String?, _ about: String) {
            self.name = name
            self.value = value
            self.about = about
        }

        /// As it is typed.
        var text: String { "--\(name)" + (value.map { " \($0)" } ?? "") }
    }

    typealias Body = @Sendable (Invocation, Site) throws(Refusal) -> ExitCode

    let name: String
    /// What may stand behind the name: words as they are, `NAME` for a value,
    /// `[NAME]` where it may be left out.
    let forms: [String]
    let about: String
    var options: [Option] = []
    var notes: [String] = []
    /// Options with other names are for the command itself to judge.
    var isOpen = false
    let run: Body

    /// Options every command knows.
    static let everywhere = [
        Option("estate", "NAME", "which estate; not needed when there is one"),
        Option("journal", "DIR", "where the journal is, if not in ~/.local/state/recover"),
        Option("library", "DIR", "the folder that holds runbooks/ and snapshots/"),
    ]

    // MARK: what is shown

    /// How it is typed, and its options.
    var usage: [String] {
        let lines = forms.map { "recover \(name)" + ($0.isEmpty ? "" : " \($0)") }
        let first = lines.prefix(1).map { "Type: \($0)" } + lines.dropFirst().map { "      \($0)" }
        return first + Self.table(options)
    }

    /// The whole page.
    var text: [String] {
        let lines = forms.map { "  recover \(name)" + ($0.isEmpty ? "" : " \($0)") }
        return ["\(name): \(about)", ""] + lines + Self.table(options) + notes.map { "  \($0)" }
    }

    static func table(_ options: [Option]) -> [String] {
        let width = (options.map(\.text.count).max() ?? 0) + 2
        return options.map { option in
            let pad = String(repeating: " ", count: width - option.text.count)
            return "      \(option.text)\(pad)\(option.about)"
        }
    }

    // MARK: what is typed

    /// Refuses a line that is none of the forms, or an option it does not know.
    func check(_ invocation: Invocation) throws(Refusal) {
        let words = Array(invocation.words.dropFirst())
        let objections = forms.map { Self.objection($0, words) }
        if !objections.contains(where: { $0 == nil }) {
            let verbs = forms.compactMap { $0.split(separator: " ").first.map(String.init) }
                .filter { $0.first?.isLowercase ?? false }
            if let word = words.first, !verbs.isEmpty, !verbs.contains(word) {
                let hint = NearestName.hint(word, among: verbs)
                throw Refusal(.usage, "'recover \(name)' has no '\(word)'\(hint)", page: self)
            }
            // The form that got furthest says what is wrong.
            let best = objections.compactMap { $0 }.max { $0.place < $1.place }
            throw Refusal(.usage, "recover \(name): \(best?.why ?? "")", page: self)
        }
        if !isOpen { try invocation.allow(known, for: self) }
    }

    /// Names of all its options.
    var known: [String] { (options + Self.everywhere).map(\.name) }

    /// Why `words` are not `form`, and how far they were.
    private static func objection(
        _ form: String, _ words: [String]
    ) -> (place: Int, why: String)? {
        let wanted = form.split(separator: " ").map(String.init)
            .prefix { !$0.hasPrefix("--") && !$0.hasPrefix("[--") && $0 != "…" }
        for (place, want) in wanted.enumerated() {
            let isVerb = want.first?.isLowercase ?? false
            guard place < words.count else {
                return want.hasPrefix("[") ? nil : (place, "\(want) is missing")
            }
            if isVerb, words[place] != want { return (place, "'\(words[place])' is not '\(want)'") }
        }
        guard words.count > wanted.count else { return nil }
        return (
            wanted.count, "'\(words[wanted.count])' is one word too many; values follow a --name"
        )
    }
}
