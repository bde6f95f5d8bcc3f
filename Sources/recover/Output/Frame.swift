/// A sheet as lines of a terminal; pure.
struct Frame {
    let sheet: Sheet
    let screen: Screen
    /// Milliseconds on the sheet's clock.
    let now: Int

    /// At most `size.rows` - 1 lines, each narrower than the window, so that
    /// nothing scrolls and nothing wraps.
    func lines(_ size: Screen.Size) -> [String] {
        let width = max(1, size.columns - 1)
        let below = footer(width)
        let room = max(1, size.rows - 2 - below.count)
        let lines = [cut(sheet.title, width)] + list(room, width) + below
        return Array(lines.suffix(max(1, size.rows - 1)))
    }

    /// Every step, however many: what stays on the screen.
    func all(columns: Int) -> [String] {
        let width = max(1, columns - 1)
        return [cut(sheet.title, width)] + sheet.rows.indices.map { row($0, width) }
            + [cut(totals, width)]
    }

    // MARK: steps

    /// All rows, or as many around the current one as there is room for.
    private func list(_ room: Int, _ width: Int) -> [String] {
        let count = sheet.rows.count
        guard count > room else { return sheet.rows.indices.map { row($0, width) } }
        guard room >= 3 else {
            let middle = sheet.current ?? count - 1
            return (middle..<min(count, middle + room)).map { row($0, width) }
        }
        // Two lines say what is left out.
        let shown = room - 2
        let middle = sheet.current ?? count
        let first = max(0, min(middle - shown / 3, count - shown))
        let more = { (number: Int, place: String) in
            self.cut(number == 0 ? "" : "     \(number) more \(place)", width)
        }
        return [more(first, "above")] + (first..<(first + shown)).map { row($0, width) }
            + [more(count - first - shown, "below")]
    }

    private func row(_ index: Int, _ width: Int) -> String {
        let row = sheet.rows[index]
        let number = String(index + 1)
        let most = String(sheet.rows.count).utf8.count
        let pad = String(repeating: " ", count: most - number.utf8.count)
        let text = safe("\(pad)\(number) \(row.id): \(row.title)")
        let (glyph, colour) = mark(row.mark)
        let rest = Columns.spread(text, time(row), to: max(1, width - 3), mark: ellipsis)
        let painted = screen.hasColour && !colour.isEmpty ? "\u{1b}[\(colour)m\(glyph)\u{1b}[0m" : glyph
        return width < 8 ? cut(glyph, width) : " \(painted) \(rest)"
    }

    private func time(_ row: Sheet.Row) -> String {
        guard row.mark != .pending, let began = row.began else { return "" }
        return Span.clock((row.ended ?? sheet.rested ?? now) - began)
    }

    private func mark(_ mark: Sheet.Mark) -> (glyph: String, colour: String) {
        switch mark {
        case .done: (screen.isASCII ? "+" : "✓", "32")
        case .running: (screen.isASCII ? ">" : "▸", "1")
        case .waiting: (screen.isASCII ? "=" : "‖", "33")
        case .failed: (screen.isASCII ? "!" : "✗", "31")
        case .unknown: ("?", "31")
        case .pending: (screen.isASCII ? "." : "·", "")
        }
    }

    // MARK: below

    private func footer(_ width: Int) -> [String] {
        var lines = [cut(totals, width)]
        let words = sheet.heard.isEmpty ? sheet.activity : sheet.heard
        lines.append(cut(words.isEmpty ? "" : "   \(words)", width))
        if !sheet.note.isEmpty { lines.append(cut("   \(sheet.note)", width)) }
        return lines
    }

    private var totals: String {
        let passed = (sheet.rested ?? now) - (sheet.began ?? now)
        var text = Span.clock(passed)
        if let objective = sheet.objective {
            let left = objective - passed
            text +=
                left >= 0
                ? ", \(Span.clock(left)) left of \(Span.clock(objective))"
                : ", \(Span.clock(-left)) OVER the objective of \(Span.clock(objective))"
        }
        return "\(text), \(sheet.progress.done) of \(sheet.progress.total) done, run \(sheet.run)"
    }

    private var ellipsis: String { screen.isASCII ? "~" : "…" }

    /// Escaped before it is cut: half an escape is one, too.
    private func cut(_ text: String, _ width: Int) -> String {
        Columns.cut(safe(text), to: width, mark: ellipsis)
    }

    private func safe(_ text: String) -> String { Terminal.line(text, isASCII: screen.isASCII) }
}
