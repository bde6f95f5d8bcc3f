/// A unit as its file and drop-ins define it, as far as the lab simulates that.
struct UnitFile: Hashable, Sendable {
    /// Where the unit's file and its drop-ins stand on the machine.
    var path: String
    var dropIns: [String] = []
    var description = ""
    /// The command, as words; variables are not yet put in.
    var command: [String] = []
    /// `simple`, `exec`, `notify` or `oneshot`.
    var type = "simple"
    /// `no`, `always` or `on-failure`, and the seconds until then.
    var restart = "no"
    var restartSeconds = 0
    var remainsAfterExit = false
    var killMode = "control-group"
    /// Values of `ConditionPathExists=`.
    var conditions: [String] = []
    /// `NAME=VALUE`, and paths of files of such lines; `-` before one that may
    /// be missing.
    var environment: [String] = []
    var environmentFiles: [String] = []
    /// Targets that want the unit when it is enabled.
    var wantedBy: [String] = []
    /// Lines that change what the unit does, and that the lab cannot obey.
    var unsimulated: [String] = []

    /// Reads the unit `name` from its file and then its drop-ins: (path, text).
    init(_ name: String, _ texts: [(path: String, text: String)]) {
        path = texts.first?.path ?? ""
        dropIns = texts.dropFirst().map(\.path)
        for (_, text) in texts {
            for line in UnitFile.lines(text) {
                guard let equals = line.firstIndex(of: "=") else { continue }
                let value = line[line.index(after: equals)...].drop { $0 == " " }
                set(
                    String(line[..<equals].filter { $0 != " " }),
                    UnitFile.expanded(String(value), name))
            }
        }
        if description.isEmpty { description = name }
    }

    /// Lines without comments, those that end in a backslash joined.
    private static func lines(_ text: String) -> [String] {
        var lines: [String] = []
        var open = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            if trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
            if trimmed.hasSuffix("\\") {
                open += trimmed.dropLast() + " "
            } else {
                lines.append(open + trimmed)
                open = ""
            }
        }
        return open.isEmpty ? lines : lines + [open]
    }

    /// The specifiers that name the unit itself.
    private static func expanded(_ value: String, _ name: String) -> String {
        let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
        return value.replacing("%N", with: stem).replacing("%p", with: stem)
            .replacing("%n", with: name).replacing("%%", with: "%")
    }

    private mutating func set(_ key: String, _ value: String) {
        switch key {
        case "Description": description = value
        case "ExecStart": command = UnitFile.words(value)
        case "Type": type = value
        case "Restart": restart = value
        case "RestartSec":
            restartSeconds = Int(value.hasSuffix("s") ? String(value.dropLast()) : value) ?? 0
        case "RemainAfterExit": remainsAfterExit = ["yes", "true", "1", "on"].contains(value)
        case "KillMode": killMode = value
        case "ConditionPathExists": UnitFile.add([value], to: &conditions)
        case "Environment": UnitFile.add(UnitFile.words(value), to: &environment)
        case "EnvironmentFile": UnitFile.add([value], to: &environmentFiles)
        case "WantedBy": UnitFile.add(UnitFile.words(value), to: &wantedBy)
        case "ExecStartPre", "ExecStartPost", "ExecStop", "ExecStopPost", "ExecReload":
            // A dash: its failure would not count either.
            if !value.hasPrefix("-") && !value.isEmpty { unsimulated.append("\(key)=\(value)") }
        case "User", "Group": if value != "root" { unsimulated.append("\(key)=\(value)") }
        case "ExecCondition", "RootDirectory", "Requires", "Requisite", "BindsTo",
            "PartOf", "Conflicts", "Sockets":
            unsimulated.append("\(key)=\(value)")
        case let other where other.hasPrefix("Condition") || other.hasPrefix("Assert"):
            unsimulated.append("\(key)=\(value)")
        default: break // limits, order and accounting: they shape what the lab does not have
        }
    }

    /// An empty value empties the list, as a drop-in that replaces it needs.
    private static func add(_ values: [String], to list: inout [String]) {
        list = values.joined().isEmpty ? [] : list + values
    }

    /// `text` as words; quotes hold one together.
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var quote: Character?
        var isOpen = false
        for character in text {
            switch character {
            case quote: quote = nil
            case "'" where quote == nil, "\"" where quote == nil:
                (quote, isOpen) = (character, true)
            case " " where quote == nil, "\t" where quote == nil:
                if isOpen { words.append(word) }
                (word, isOpen) = ("", false)
            default:
                word.append(character)
                isOpen = true
            }
        }
        return isOpen ? words + [word] : words
    }
}
