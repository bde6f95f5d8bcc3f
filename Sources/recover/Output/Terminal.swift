internal import Glibc

/// The one way to a person's eyes: no control byte gets through.
enum Terminal {
    /// Prints lines to standard output.
    static func say(_ text: String) { write(1, text) }

    /// Prints lines to standard error.
    static func complain(_ text: String) { write(2, text) }

    /// Whether somebody can be asked.
    static var isInteractive: Bool { isatty(0) == 1 && isatty(1) == 1 }

    /// One line from standard input, without its newline; nil at its end.
    static func ask(_ question: String) -> String? {
        write(1, question, newline: false)
        return readLine(strippingNewline: true)
    }

    /// `text` with everything a terminal might obey made visible: C0 and C1
    /// controls, and characters that reorder or hide text.
    static func escape(_ text: String) -> String {
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A, 0x09: safe.append(scalar)
            case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF:
                safe.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            default: safe.append(scalar)
            }
        }
        return String(safe)
    }

    private static func write(_ descriptor: Int32, _ text: String, newline: Bool = true) {
        let bytes = Array((escape(text) + (newline ? "\n" : "")).utf8)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // Nobody listens any more: a run goes on without being watched.
            if count < 0, errno != EINTR { return }
            if count > 0 { rest = rest.dropFirst(count) }
        }
    }
}
