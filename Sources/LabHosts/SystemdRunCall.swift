/// A call of `systemd-run`, understood.
struct SystemdRunCall: Hashable, Sendable {
    var record: UnitRecord
    var quiet = false, noBlock = false

    /// Reads the arguments; nil when something in them is not simulated.
    ///
    /// The first word of the command must already be a path. `fallback` names
    /// a unit that was given no name.
    init?(_ arguments: [String], fallback: String) {
        var record = UnitRecord(name: fallback, isTransient: true, command: [])
        var quiet = false
        var noBlock = false
        var rest = arguments[...]
        while let argument = rest.first, argument.hasPrefix("-") {
            rest.removeFirst()
            if argument == "--" { break }
            switch argument {
            case "--quiet", "-q": quiet = true
            case "--no-block": noBlock = true
            case "--collect", "-G": record.collects = true
            case "--remain-after-exit", "-r": record.remainsAfterExit = true
            case "--unit", "-u", "-p", "--property":
                guard let value = rest.popFirst(),
                    SystemdRunCall.set(
                        argument.hasSuffix("p") || argument == "--property", value, &record)
                else { return nil }
            case let option where option.hasPrefix("--unit="):
                record.name = SystemctlCall.unitName(String(option.dropFirst(7)))
            case let option where option.hasPrefix("--property="):
                guard SystemdRunCall.set(true, String(option.dropFirst(11)), &record) else {
                    return nil
                }
            case let option where option.hasPrefix("--description="): break
            default: return nil
            }
        }
        guard !rest.isEmpty, SystemctlCall.isUnitName(record.name) else { return nil }
        record.command = Array(rest)
        record.description = rest.joined(separator: " ")
        self.record = record
        self.quiet = quiet
        self.noBlock = noBlock
    }

    /// Takes a unit name or a `KEY=VALUE` property; false when not simulated.
    private static func set(_ isProperty: Bool, _ value: String, _ record: inout UnitRecord) -> Bool
    {
        guard isProperty else {
            record.name = SystemctlCall.unitName(value)
            return true
        }
        guard let equals = value.firstIndex(of: "=") else { return false }
        let text = String(value[value.index(after: equals)...])
        switch value[..<equals] {
        case "Type" where ["simple", "exec", "oneshot"].contains(text): record.type = text
        case "RemainAfterExit": record.remainsAfterExit = ["yes", "true", "1", "on"].contains(text)
        case "Environment": record.environment.append(text)
        case "StandardInput" where isStream(text): record.input = text
        case "StandardOutput" where isStream(text): record.output = text
        case "StandardError" where isStream(text): record.error = text
        case "CollectMode": record.collects = text == "inactive-or-failed"
        // Limits and guards of a real machine that change nothing here.
        case "TimeoutStopSec", "KillMode": break
        default: return false
        }
        return true
    }

    private static func isStream(_ text: String) -> Bool {
        text == "null" || text == "journal"
            || ["file:/", "append:/", "truncate:/"].contains { text.hasPrefix($0) }
    }
}
