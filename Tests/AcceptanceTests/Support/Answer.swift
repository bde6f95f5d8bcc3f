import Processes

/// What a program left: its end, and everything it printed, for a test's eyes
/// and for its message when it fails.
struct Answer: CustomStringConvertible {
    let command: String
    let ending: Ending
    let bytes: [UInt8]

    /// Exit code; nil when a signal or the deadline ended it.
    var code: Int32? { if case .exited(let code) = ending { code } else { nil } }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var lines: [Substring] { text.split(separator: "\n") }

    /// Bytes a terminal might obey, newlines and tabs apart.
    var controls: [UInt8] { bytes.filter { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 || $0 == 0x7F } }

    var description: String { "\(command)\n\(text)= \(ending)" }
}
