internal import Glibc
internal import JSON
internal import Synchronization

/// The one way to a person's eyes: no control byte gets through.
enum Terminal {
    /// The answer is for a machine: standard output is one JSON object a line.
    static let isForMachines = Invocation.asksForJSON(CommandLine.arguments)

    private static let trouble = Mutex<(failure: Int32, isWatched: Bool)>((0, false))

    /// Why standard output could not be written, the first time; 0 if it could.
    static var failure: Int32 { trouble.withLock { $0.failure } }

    /// A run was shown: its end is the exit code, whoever could look on.
    static var isWatched: Bool {
        get { trouble.withLock { $0.isWatched } }
        set { trouble.withLock { $0.isWatched = newValue } }
    }

    /// Prints lines to standard output; to a machine, as a note.
    static func say(_ text: String) {
        guard isForMachines else { return write(1, Array((escape(text) + "\n").utf8)) }
        guard !text.isEmpty else { return }
        emit(["kind": "note", "data": ["text": .string(text)]])
    }

    /// Prints lines to standard error.
    static func complain(_ text: String) { write(2, Array((escape(text) + "\n").utf8)) }

    /// Prints one JSON value on a line.
    static func emit(_ value: JSONValue, to descriptor: Int32 = 1) {
        var text = ""
        for scalar in value.text.unicodeScalars {
            // Only strings hold such a scalar, and there JSON has a word for it.
            if isDangerous(scalar) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        write(descriptor, Array((text + "\n").utf8))
    }

    /// Writes what moves the cursor itself; every text in it went through `line`.
    static func draw(_ picture: String) { write(1, Array(picture.utf8)) }

    /// Whether standard output takes something now; a stopped or hanging
    /// terminal must not hold up a run.
    static func isReady(within milliseconds: Int32) -> Bool {
        var descriptor = pollfd(fd: 1, events: Int16(POLLOUT), revents: 0)
        return poll(&descriptor, 1, milliseconds) > 0
    }

    /// Whether somebody can be asked.
    static var isInteractive: Bool { !isForMachines && isatty(0) == 1 && isatty(1) == 1 }

    /// One line from standard input, without its newline; nil at its end, or
    /// when a signal comes first. What was typed before the question is none.
    static func ask(_ question: String) -> String? {
        tcflush(0, TCIFLUSH)
        write(1, Array(escape(question).utf8))
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(0, &byte, 1) == 1 {
            if byte == 0x0A { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }

    /// `text` with everything a terminal might obey made visible: C0 and C1
    /// controls, and characters that reorder or hide text.
    static func escape(_ text: String) -> String {
        escape(text) { isDangerous($0) && $0.value != 0x0A && $0.value != 0x09 }
    }

    /// The same for one line of a picture: nothing in it starts another one.
    static func line(_ text: String, isASCII: Bool = false) -> String {
        escape(text) { isDangerous($0) || isASCII && !$0.isASCII }
    }

    private static func escape(
        _ text: String, where isBad: (Unicode.Scalar) -> Bool
    ) -> String {
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isBad(scalar) {
                safe.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            } else {
                safe.append(scalar)
            }
        }
        return String(safe)
    }

    private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x61C, 0x115F...0x1160, 0x180E, 0x200B...0x200F,
            0x2028...0x202E, 0x2060...0x206F, 0x3164, 0xFEFF, 0xFFA0, 0xFFF9...0xFFFB,
            0xE0000...0xE007F:
            true
        default: false
        }
    }

    private static func write(_ descriptor: Int32, _ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) }
            if count >= 0 || errno == EINTR { continue }
            let number = errno
            if number == EAGAIN, descriptor != 1 || isReady(within: 5000) { continue }
            // Nobody listens any more: a run goes on without being watched.
            if descriptor == 1 { trouble.withLock { if $0.failure == 0 { $0.failure = number } } }
            return
        }
    }
}
