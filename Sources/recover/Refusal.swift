internal import JSON
internal import RecoveryEngine

/// Why a command was not carried out: what happened, what it means, what to
/// type.
struct Refusal: Error {
    let code: ExitCode
    let message: String
    /// The command that was mistyped; its usage follows.
    var page: Page?

    init(_ code: ExitCode, _ message: String, page: Page? = nil) {
        self.code = code
        self.message = message
        self.page = page
    }

    /// Prints it for whoever asked; `arguments` are what was typed.
    func complain(about arguments: [String]) {
        let message = Echo.bounded(message, typed: arguments)
        guard !Terminal.isForMachines else {
            Terminal.emit(
                ["code": .string(word), "exit": .int(Int(code.rawValue)), "message": .string(message)],
                to: 2)
            return
        }
        Terminal.complain(([message] + (page?.usage ?? [])).joined(separator: "\n"))
    }

    /// A stable word: the code the message begins with, or that of its exit code.
    var word: String {
        for part in message.prefix(300).split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            let name = part.last == ":" ? part.dropLast() : part
            let halves = name.split(separator: "-")
            if halves.count == 2, halves[0].utf8.count == 2,
                name.utf8.allSatisfy({ (0x41...0x5A).contains($0) || $0 == 0x2D })
            {
                return String(name)
            }
        }
        return code.word
    }
}

extension ExitCode {
    /// The class of what went wrong, as one word.
    var word: String {
        switch self {
        case .recovered: "NONE"
        case .internalError: "INTERNAL"
        case .usage: "USAGE"
        case .refusedInput: "INPUT"
        case .notReady: "NOT-READY"
        case .stepFailed: "FAILED"
        case .humanNeeded: "HUMAN"
        case .journalDamaged: "DAMAGED"
        case .ownedByAnother: "OWNED"
        case .journalUnwritable: "UNWRITABLE"
        case .stopped: "STOPPED"
        case .refuted: "REFUTED"
        }
    }
}

/// What was typed, shown again in a message.
enum Echo {
    static let limit = 120

    /// `message` with everything that was `typed` on one line and cut, so that
    /// no argument makes a line of its own.
    static func bounded(_ message: String, typed arguments: [String]) -> String {
        var message = message
        let values = arguments + arguments.compactMap { argument in
            argument.firstIndex(of: "=").map { String(argument[argument.index(after: $0)...]) }
        }
        for value in values.sorted(by: { $0.utf8.count > $1.utf8.count }) {
            let safe = Terminal.line(value)
            let isLong = safe.unicodeScalars.count > limit
            guard isLong || safe != value else { continue }
            let shown = isLong ? String(safe.unicodeScalars.prefix(limit)) + "…" : safe
            message = message.replacing(value, with: shown)
        }
        return message
    }
}
