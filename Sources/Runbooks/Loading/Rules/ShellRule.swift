internal import YAML

/// A value inside the text of a shell or an interpreter could become a command.
enum ShellRule {
    static let shells: Set = ["sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "fish", "busybox"]
    static let interpreters: Set = [
        "python", "python2", "python3", "perl", "ruby", "node", "lua", "awk", "gawk", "mawk",
    ]

    /// Where a shell is given a text with a hole in it, and why not.
    static func objection(_ line: CommandLine) -> (mark: Mark, reason: String)? {
        guard line.words.contains(where: \.hasHole) else { return nil }
        for (index, word) in line.words.enumerated() {
            let rest = line.words[(index + 1)...]
            let takesText =
                shells.contains(word.name) && rest.contains(where: isCommandOption)
                || word.name == "eval"
                || word.name == "su" && rest.contains { $0.text == "-c" || $0.text == "--command" }
                || interpreters.contains(word.name)
                    && (word.name.hasSuffix("awk") && rest.first { !$0.isOption }?.hasHole == true
                        || rest.contains { ["-c", "-e", "-E"].contains($0.text) })
            guard takesText, rest.contains(where: \.hasHole) else { continue }
            return (
                word.mark,
                "a value inside a shell command can become a command; give it as an argument of its own"
            )
        }
        return nil
    }

    /// `-c`, `-lc`, `-euxc`.
    static func isCommandOption(_ word: CommandLine.Word) -> Bool {
        word.text.hasPrefix("-") && !word.text.hasPrefix("--") && word.text.hasSuffix("c")
            && word.text.utf8.dropFirst().allSatisfy { (0x61...0x7A).contains($0 | 0x20) }
    }
}
