internal import Glibc

/// k3s's log, on standard error.
enum K3sLog {
    static func say(_ level: String, _ text: String) {
        Shim.print(line(level, text) + "\n", to: 2)
    }

    /// What it says, as one line.
    static func line(_ level: String, _ text: String) -> String {
        let escaped = text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\\\"")
        return "level=\(level) msg=\"\(escaped)\""
    }

    /// Says why it ends; returns the exit code.
    static func fatal(_ text: String) -> Int32 {
        say("fatal", text)
        return 1
    }
}
