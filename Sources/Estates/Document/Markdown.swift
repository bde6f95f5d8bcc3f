/// Markdown that says the same thing the same way every time.
enum Markdown {
    static func table(_ head: [String], _ rows: [[String]]) -> [String] {
        guard !rows.isEmpty else { return ["None is declared.", ""] }
        return [line(head), line(head.map { _ in "---" })] + rows.map { line($0.map(cell)) } + [""]
    }

    private static func line(_ cells: [String]) -> String {
        "| \(cells.joined(separator: " | ")) |"
    }

    /// What would end a cell or a line is made harmless.
    static func cell(_ text: String) -> String {
        var safe = ""
        for character in text {
            switch character {
            case "|": safe += "\\|"
            case "\n", "\r", "\r\n": safe += " "
            case "<": safe += "&lt;"
            default: safe.append(character)
            }
        }
        return safe
    }
}
