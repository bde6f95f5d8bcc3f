internal import Glibc

/// k3s's log, on standard error.
enum K3sLog {
    static func say(_ level: String, _ text: String) {
        let escaped = text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\\\"")
        Shim.print("level=\(level) msg=\"\(escaped)\"\n", to: 2)
    }

    /// Says why it ends; returns the exit code.
    static func fatal(_ text: String) -> Int32 {
        say("fatal", text)
        return 1
    }
}
