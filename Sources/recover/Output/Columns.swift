/// How much room text takes on a terminal.
enum Columns {
    /// Columns of `text`, which has no control characters.
    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    /// As much of `text` as fits, with `mark` where something is cut off.
    static func cut(_ text: String, to columns: Int, mark: String = "…") -> String {
        guard width(text) > columns else { return text }
        var room = columns - width(mark)
        guard room >= 0 else { return "" }
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            room -= width(scalar)
            if room < 0 { break }
            kept.append(scalar)
        }
        return String(kept) + mark
    }

    /// `left` and `right` at the two ends of exactly `columns`; `left` is cut.
    static func spread(
        _ left: String, _ right: String, to columns: Int, mark: String = "…"
    ) -> String {
        let room = columns - width(right) - 1
        guard room > 0 else { return cut(left, to: columns, mark: mark) }
        let left = cut(left, to: room, mark: mark)
        return left + String(repeating: " ", count: room - width(left) + 1) + right
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        guard scalar.value >= 0x300 else { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        if scalar.properties.isEmojiPresentation { return 2 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
