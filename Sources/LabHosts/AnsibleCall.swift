/// A call of `ansible-playbook`, as far as the lab knows its words.
struct AnsibleCall: Hashable, Sendable {
    /// Path of the playbook, as it was given.
    private(set) var playbook = ""
    private(set) var isCheck = false
    private(set) var limit: [String] = []
    private(set) var tags: [String] = []
    /// Variables, which tasks find in their environment.
    private(set) var variables: [String: String] = [:]

    /// Nil for words the lab does not know.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            let isLong = word.hasPrefix("--") && parts.count == 2
            func value() -> String? { isLong ? parts[1] : rest.popFirst() }
            switch isLong ? parts[0] : word {
            case "--check", "-C": isCheck = true
            case "--diff", "-D": break
            case "--inventory", "-i": guard value() != nil else { return nil }
            case "--limit", "-l":
                guard let value = value() else { return nil }
                limit += value.split(separator: ",").map(String.init)
            case "--tags", "-t":
                guard let value = value() else { return nil }
                tags += value.split(separator: ",").map(String.init)
            case "--extra-vars", "-e":
                let pair = (value() ?? "").split(separator: "=", maxSplits: 1).map(String.init)
                guard pair.count == 2, Self.isName(pair[0]) else { return nil }
                variables[pair[0]] = pair[1]
            default:
                guard !word.hasPrefix("-"), playbook.isEmpty else { return nil }
                playbook = word
            }
        }
        guard !playbook.isEmpty, limit.allSatisfy({ $0.allSatisfy { !"!&:*~@".contains($0) } })
        else { return nil }
    }

    private static func isName(_ text: String) -> Bool {
        text.utf8.allSatisfy {
            $0 == 0x5F || $0 | 0x20 > 0x60 && $0 | 0x20 < 0x7B || $0 > 0x2F && $0 < 0x3A
        }
    }
}
