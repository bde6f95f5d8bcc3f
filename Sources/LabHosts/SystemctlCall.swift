/// A call of `systemctl`, understood.
struct SystemctlCall: Hashable, Sendable {
    /// What can be asked for.
    enum Verb: String, Hashable, Sendable {
        case start, stop, restart, enable, disable, show, status
        case isActive = "is-active"
        case isEnabled = "is-enabled"
        case isFailed = "is-failed"
        case resetFailed = "reset-failed"
        case daemonReload = "daemon-reload"
    }

    var verb: Verb
    /// Full unit names, `.service` added.
    var units: [String] = []
    var now = false, noBlock = false, quiet = false, value = false
    /// Names asked for with `-p`; empty: all.
    var properties: [String] = []

    /// Whether it changes the machine.
    var changes: Bool { [.start, .stop, .restart, .enable, .disable].contains(verb) }

    /// Reads the arguments; nil when something in them is not simulated.
    init?(_ arguments: [String]) {
        var verb: Verb?
        var units: [String] = []
        var properties: [String] = []
        var now = false
        var noBlock = false
        var quiet = false
        var value = false
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--now": now = true
            case "--no-block": noBlock = true
            case "-q", "--quiet": quiet = true
            case "--value": value = true
            case "--no-pager", "--system": break
            case "-p", "--property":
                guard let names = rest.popFirst() else { return nil }
                properties += names.split(separator: ",").map(String.init)
            case let option where option.hasPrefix("--property="):
                properties += option.dropFirst(11).split(separator: ",").map(String.init)
            case let option
            where option.hasPrefix("-p") && option.count > 2 && !option.hasPrefix("--"):
                properties += option.dropFirst(2).split(separator: ",").map(String.init)
            case let option where option.hasPrefix("-"): return nil
            default:
                if verb == nil {
                    guard let known = Verb(rawValue: argument) else { return nil }
                    verb = known
                } else {
                    units.append(SystemctlCall.unitName(argument))
                }
            }
        }
        guard let verb, verb == .daemonReload || verb == .resetFailed || !units.isEmpty else {
            return nil
        }
        guard units.allSatisfy(SystemctlCall.isUnitName) else { return nil }
        self.verb = verb
        self.units = units
        self.now = now
        self.noBlock = noBlock
        self.quiet = quiet
        self.value = value
        self.properties = properties
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
        return types.contains { name.hasSuffix($0) } ? name : name + ".service"
    }
}
