/// A call of `systemctl`, understood.
struct SystemctlCall: Hashable, Sendable {
    /// What can be asked for.
    enum Verb: String, Hashable, Sendable {
        case start, stop, restart, enable, disable, mask, unmask, reload, show, status, cat
        case tryRestart = "try-restart"
        case reloadOrRestart = "reload-or-restart"
        case isActive = "is-active"
        case isEnabled = "is-enabled"
        case isFailed = "is-failed"
        case resetFailed = "reset-failed"
        case listUnits = "list-units"
        case isSystemRunning = "is-system-running"
        case daemonReload = "daemon-reload"
        case reboot, poweroff

        /// Whether it can do without a unit.
        var standsAlone: Bool {
            switch self {
            case .resetFailed, .listUnits: true
            default: takesNone
            }
        }

        /// Whether it is not about units.
        var takesNone: Bool {
            switch self {
            case .isSystemRunning, .daemonReload, .reboot, .poweroff: true
            default: false
            }
        }

        /// Whether it changes the machine.
        var changes: Bool {
            switch self {
            case .show, .status, .cat, .isActive, .isEnabled, .isFailed, .listUnits,
                .isSystemRunning, .daemonReload, .resetFailed:
                false
            default: true
            }
        }
    }

    var verb: Verb
    /// Full unit names, `.service` added; patterns as they are.
    var units: [String] = []
    var now = false, noBlock = false, quiet = false, value = false
    /// Of `list-units`: units that are not active as well, only failed ones, no
    /// head and foot.
    var all = false, failed = false, bare = false
    /// Names asked for with `-p`; empty: all.
    var properties: [String] = []

    /// Whether it changes the machine.
    var changes: Bool { verb.changes }

    /// Reads the arguments; nil when something in them is not simulated.
    init?(_ arguments: [String]) {
        var call = SystemctlCall(verb: .status)
        var verb: Verb?
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument.hasPrefix("-") {
                guard call.take(option: argument, &rest) else { return nil }
            } else if verb == nil {
                guard let known = Verb(rawValue: argument) else { return nil }
                verb = known
            } else {
                call.units.append(SystemctlCall.unitName(argument))
            }
        }
        guard let verb = verb ?? (call.failed ? .listUnits : nil),
            verb.standsAlone || !call.units.isEmpty, !verb.takesNone || call.units.isEmpty,
            call.units.allSatisfy({ SystemctlCall.isUnitName($0.filter { $0 != "*" }) }),
            verb == .listUnits || call.units.allSatisfy({ !$0.contains("*") }),
            verb == .listUnits || !call.all && !call.failed && !call.bare
        else { return nil }
        call.verb = verb
        self = call
    }

    private init(verb: Verb) { self.verb = verb }

    /// Takes one option and its value; false when it is not simulated.
    private mutating func take(option: String, _ rest: inout ArraySlice<String>) -> Bool {
        switch option {
        case "--now": now = true
        case "--no-block": noBlock = true
        case "-q", "--quiet": quiet = true
        case "--value": value = true
        case "-a", "--all": all = true
        case "--failed", "--state=failed": failed = true
        case "--no-legend", "--legend=false": bare = true
        case "--no-pager", "--system", "-l", "--full", "--plain", "--type=service",
            "--no-ask-password":
            break
        case "-p", "--property":
            guard let names = rest.popFirst() else { return false }
            properties += names.split(separator: ",").map(String.init)
        case _ where option.hasPrefix("--property="):
            properties += option.dropFirst(11).split(separator: ",").map(String.init)
        case _ where option.hasPrefix("-p") && !option.hasPrefix("--"):
            properties += option.dropFirst(2).split(separator: ",").map(String.init)
        default: return false
        }
        return true
    }

    /// Whether systemd takes the name as it is.
    static func isUnitName(_ name: String) -> Bool {
        name.utf8.count < 256 && !name.hasPrefix(".")
            && name.utf8.allSatisfy { allowed.contains($0) }
    }

    private static let allowed = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_.\\@".utf8)

    /// `name`, with `.service` added when it has no type.
    static func unitName(_ name: String) -> String {
        let types = [".service", ".timer", ".socket", ".target", ".mount"]
        return types.contains { name.hasSuffix($0) } || name.hasSuffix("*")
            ? name : name + ".service"
    }
}
