import Glibc

/// Lines for people.
enum Terminal {
    /// Writes a line to standard output.
    static func print(_ text: String) { write(text, 1) }

    /// Writes a line to standard error.
    static func complain(_ text: String) { write(text, 2) }

    private static func write(_ text: String, _ descriptor: Int32) {
        var rest = Array((text + "\n").utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
