import JSON

/// Why there is no answer: a code for programs, a sentence for people, and what
/// to do about it.
struct Refusal: Error {
    /// What the exit status says about a refusal.
    enum Exit: Int32 {
        /// The command line is wrong.
        case usage = 2
        /// An input breaks a rule; nothing was tried with it.
        case refused = 3
        /// It was tried and did not work.
        case failed = 5
        /// What was found contradicts what was claimed.
        case refuted = 11
    }

    let code: String
    let reason: String
    let remedy: String
    let exit: Exit

    init(_ code: String, _ reason: String, do remedy: String, exit: Exit) {
        self.code = code
        self.reason = reason
        self.remedy = remedy
        self.exit = exit
    }

    /// The object written to standard error.
    var json: JSONValue {
        .object(["code": .string(code), "reason": .string(reason), "do": .string(remedy)])
    }

    static func usage(_ reason: String) -> Refusal {
        Refusal(
            "GT-USAGE", reason, do: "See recover-reach help for the options of each command.",
            exit: .usage)
    }

    /// A tree holds what must never be read as desired state.
    static func tree(_ path: String, _ reason: String) -> Refusal {
        Refusal(
            "GT-TREE", "\(path.shown): \(reason)",
            do: "Remove the entry from the repository and pin the commit that does.",
            exit: .refuted)
    }

    /// Something is larger than it may be.
    static func limit(_ reason: String) -> Refusal {
        Refusal(
            "GT-LIMIT", reason,
            do: "Keep desired state within the limits, or name a narrower path.", exit: .refuted)
    }
}

extension String {
    /// The text with control characters made visible, cut at 120 characters:
    /// names come from repositories nobody has vetted.
    var shown: String {
        var shown = ""
        for scalar in unicodeScalars.prefix(120) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate:
                shown += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return unicodeScalars.count > 120 ? shown + "…" : shown
    }
}
