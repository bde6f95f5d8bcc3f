/// The end of a text, as much as a person reads at three in the morning.
enum Excerpt {
    static let lines = 10
    static let columns = 200

    /// The last lines of `text`, each cut; empty ones at the end are none.
    static func last(_ text: String, lines: Int = lines) -> [String] {
        var all = text.split(separator: "\n", omittingEmptySubsequences: false)
        while let last = all.last, last.allSatisfy(\.isWhitespace) { all.removeLast() }
        return all.suffix(lines).map { cut(String($0)) }
    }

    /// The first lines of `text`, each cut, and how many more there are.
    static func first(_ text: String, lines: Int = lines) -> [String] {
        let all = text.split(separator: "\n")
        let more = all.count - lines
        return all.prefix(lines).map { cut(String($0)) } + (more > 0 ? ["(\(more) more lines)"] : [])
    }

    private static func cut(_ line: String) -> String {
        let scalars = line.unicodeScalars
        guard scalars.count > columns else { return line }
        return String(String.UnicodeScalarView(scalars.prefix(columns))) + "…"
    }
}
