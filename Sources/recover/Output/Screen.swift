internal import Glibc

/// What the terminal can show.
struct Screen: Sendable {
    /// There is a terminal that knows how to move its cursor.
    let isLive: Bool
    /// Nothing but ASCII is shown in the list of steps.
    let isASCII: Bool
    let hasColour: Bool

    /// - Parameter variable: the environment.
    init(isTerminal: Bool, variable: (String) -> String?) {
        let kind = variable("TERM") ?? "dumb"
        isLive = isTerminal && kind != "dumb"
        hasColour = variable("NO_COLOR") == nil
        let locale = variable("LC_ALL") ?? variable("LC_CTYPE") ?? variable("LANG") ?? ""
        let name = locale.lowercased()
        isASCII = !(name.contains("utf-8") || name.contains("utf8"))
    }

    /// Rows and columns.
    struct Size: Hashable, Sendable {
        let rows: Int
        let columns: Int
    }

    /// Asked each time: the window may have changed.
    static func size() -> Size {
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else {
            return Size(rows: 24, columns: 80)
        }
        return Size(rows: Int(size.ws_row), columns: Int(size.ws_col))
    }
}
