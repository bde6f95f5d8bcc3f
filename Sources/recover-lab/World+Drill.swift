import JSON
import LabHosts

extension World {
    /// The words behind `recover` that drill `runbook` here.
    func command(drilling runbook: String) throws(InputError) -> [String] {
        let arguments = try description.drill(runbook)["arguments"]?.object ?? [:]
        var words = [runbook, "--estate", description.estate]
        for (name, value) in arguments.sorted(by: { $0.key < $1.key }) {
            words += ["--\(name)", try argument(value)]
        }
        return words
    }

    /// Those among them a resumed run needs again: secrets are not kept.
    func secrets(drilling runbook: String) throws(InputError) -> [String] {
        let arguments = try description.drill(runbook)["arguments"]?.object ?? [:]
        var words: [String] = []
        for (name, value) in arguments.sorted(by: { $0.key < $1.key }) where value.object != nil {
            words += ["--\(name)", try argument(value)]
        }
        return words
    }

    /// The differences to the healthy world behind the drill of `runbook`, but
    /// for what it may leave behind. Controllers may need a moment for what a
    /// recovery set in motion.
    func differences(
        from healthy: JSONValue, drilling runbook: String, tries: Int = 100
    ) throws -> [String] {
        let leaves = try description.drill(runbook)["leaves"]?.array?.compactMap(\.string) ?? []
        var found: [String] = []
        for _ in 0..<tries {
            found = WorldState.differences(healthy, try WorldState(self).comparable)
                .filter { line in
                    !leaves.contains { line.hasPrefix($0) && line.contains(" is new: ") }
                }
            if found.isEmpty { break }
            Background.sleep(100)
        }
        return found
    }

    /// An argument as lab.yaml gives it: text, a number, or `{file: NAME}`, a
    /// file of that name among the secrets the lab keeps for its operator.
    private func argument(_ value: JSONValue) throws(InputError) -> String {
        switch value {
        case .string(let text): return text
        case .int(let number): return String(number)
        case .object(let members) where members.keys.elementsEqual(["file"]):
            return "\(paths.root)/secrets/\(members["file"]?.string ?? "")"
        default:
            throw InputError("a drill's argument is text or {file: NAME}, not \(value.text)")
        }
    }
}
