import JSON
import RecoveryEngine

/// A world of named facts for `TinyRunbook`: `[set, X]` makes X so at once,
/// `[slow, X]` in three seconds, `[is, X]` prints `yes` or `no`.
struct TinyWorld: ScriptedWorld {
    private var facts: Set<String> = ["ready"]
    /// Identity of the thing that gets removed.
    private var thing = "uid-1"
    private var machineSince: Int?

    var fingerprint: String { "\(facts.sorted()) \(thing) \(machineSince ?? 0)" }

    private func words(_ act: Act) -> [String] {
        switch act.deed {
        case .run(let words), .ssh(_, let words), .kubectl(_, let words): words
        }
    }

    func delay(_ act: Act) -> Int { words(act)[0] == "slow" ? 3000 : 0 }

    mutating func land(_ act: Act, at wall: Int) -> Bool {
        let words = words(act)
        switch words[0] {
        case "set", "slow": facts.insert(words[1])
        // Removed by identity: a second removal finds nothing to remove.
        case "remove":
            guard thing == words[1] else { return false }
            thing = ""
        default: break
        }
        return true
    }

    func output(_ act: Act) -> String {
        words(act)[0] == "list" ? #"{"items": [{"name": "a"}, {"name": "b"}]}"# : ""
    }

    func answer(_ request: Request, at wall: Int) -> Reply {
        guard case .run(let words) = request else { return .cannot("this world has no \(request)") }
        let isSo: Bool
        switch words {
        case ["thing"]: return .ran(.exited(0), stdout: Array(thing.utf8), stderr: [])
        case ["is", "machine"]: isSo = machineSince != nil
        case ["is", "settled"]: isSo = machineSince.map { wall >= $0 + 5000 } ?? false
        default: isSo = facts.contains(words[1])
        }
        return .ran(.exited(0), stdout: Array(isSo ? "yes\n".utf8 : "no\n".utf8), stderr: [])
    }

    mutating func confirm(at wall: Int) -> String? {
        if machineSince == nil { machineSince = wall }
        return "ssh-ed25519 AAAA"
    }
}
