/// What the lab reads of a unit's file.
struct UnitFile: Hashable, Sendable {
    /// The command, as words.
    var command: [String] = []
    /// `simple`, `exec`, `notify` or `oneshot`.
    var type = "simple"
    /// `Restart=always`, and the seconds until then.
    var restarts = false
    var restartSeconds = 0

    /// Reads `text`; keys the lab does not simulate are ignored, as they only
    /// shape what it does not have.
    init(_ text: String) {
        for line in text.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let value = String(line[line.index(after: equals)...])
            switch line[..<equals] {
            case "ExecStart": command = value.split(separator: " ").map(String.init)
            case "Type": type = value
            case "Restart": restarts = value == "always"
            case "RestartSec":
                restartSeconds = Int(value.hasSuffix("s") ? String(value.dropLast()) : value) ?? 0
            default: break
            }
        }
    }
}
