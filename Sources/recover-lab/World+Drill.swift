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
