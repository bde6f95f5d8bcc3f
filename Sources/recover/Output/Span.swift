/// Lengths of time for people.
enum Span {
    /// Milliseconds as `1:02:03`.
    static func clock(_ milliseconds: Int) -> String {
        let seconds = max(0, milliseconds) / 1000
        return "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }

    /// The same with tenths and a fixed width, for lines below each other.
    static func fine(_ milliseconds: Int) -> String {
        let text = clock(milliseconds) + ".\(max(0, milliseconds) / 100 % 10)"
        return String(repeating: " ", count: max(0, 10 - text.utf8.count)) + text
    }

    /// The two biggest units: `3 d 4 h`, `12 min`, `5 s`.
    static func words(_ milliseconds: Int) -> String {
        let seconds = max(0, milliseconds) / 1000
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60) min"
        case ..<86400: return "\(seconds / 3600) h \(seconds / 60 % 60) min"
        default: return "\(seconds / 86400) d \(seconds / 3600 % 24) h"
        }
    }

    /// The same; short ones with a tenth.
    static func brief(_ milliseconds: Int) -> String {
        guard milliseconds < 10_000 else { return words(milliseconds) }
        return "\(max(0, milliseconds) / 1000).\(max(0, milliseconds) / 100 % 10) s"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
