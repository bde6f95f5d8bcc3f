/// One Swift file, with its comments and strings told apart from its code.
struct SourceFile: Sendable {
    /// Relative to the repository.
    let path: String
    /// The lines as they are.
    let lines: [Substring]
    /// The lines with comments and the content of strings blanked.
    let code: [Substring]
    /// The lines with only the comments blanked.
    let uncommented: [Substring]

    init(_ path: String, _ text: String) {
        self.path = path
        let scan = Scan(text)
        lines = Self.split(text)
        code = Self.split(scan.code)
        uncommented = Self.split(scan.uncommented)
    }

    /// The folder below `Sources` or `Tests`: the module.
    var module: String {
        let parts = path.split(separator: "/")
        return parts.count > 1 ? String(parts[1]) : ""
    }

    func finding(_ index: Int, _ reason: String) -> Finding {
        Finding(path: path, line: index + 1, reason: reason)
    }

    private static func split(_ text: String) -> [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}

extension Substring {
    var trimmed: Substring {
        var text = drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }

    /// The words of a line: runs of letters, digits and `_`.
    var words: [Substring] {
        split { !($0.isLetter || $0.isNumber || $0 == "_") }
    }
}
