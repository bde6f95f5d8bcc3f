internal import JSON
internal import YAML

/// YAML to `Action`.
struct ActionDecoder {
    let problems: Problems
    static let words = ["run", "ssh", "kubectl", "ask", "note", "desired-state"]

    /// `node` is the value of `do`, `input` the step's `stdin`.
    func action(_ node: YAMLNode, input inputNode: YAMLNode?) -> Action? {
        guard let fields = Fields(node, .action, problems) else { return nil }
        defer { fields.finish() }
        let arguments = ArgumentDecoder(problems: problems)
        // What is wrong with it is told; the rest is read all the same.
        let input =
            ((inputNode ?? fields.optional("stdin")).map { arguments.input($0) }
                ?? StandardInput.none)
            ?? StandardInput.none
        if let run = fields.optional("run") {
            return arguments.list(run, "run", fields).map { .run($0, input) }
        }
        if let node = fields.optional("ssh") {
            return arguments.target(node, "ssh", key: "host").map { .ssh(host: $0, run: $1, input) }
        }
        if let node = fields.optional("kubectl") {
            return arguments.target(node, "kubectl", key: "at").map {
                .kubectl(at: $0, run: $1, input)
            }
        }
        if let node = fields.optional("ask") { return ask(node) }
        if fields.optional("note") != nil { return .note }
        if let node = fields.optional("desired-state") { return desiredState(node, fields) }
        fields.pardon() // told here
        let hint = fields.keys.first.map { NearestName.hint($0, among: Self.words) } ?? ""
        problems.add(
            "RB-ACTION", at: node.mark,
            "no action; it is one of: \(Self.words.joined(separator: ", "))\(hint)")
        return nil
    }

    private func ask(_ node: YAMLNode) -> Action? {
        if let scalar = node.scalar {
            if scalar.json == .bool(true) { return .ask(rekey: nil) }
            problems.add("RB-TYPE", at: node.mark, "ask is true, or {rekey: node}")
            return nil
        }
        guard let fields = Fields(node, .ask, problems) else { return nil }
        defer { fields.finish() }
        return fields.required("rekey").flatMap { fields.template($0, "rekey") }.map {
            .ask(rekey: $0)
        }
    }

    private func desiredState(_ node: YAMLNode, _ fields: Fields) -> Action? {
        guard fields.text(node, "desired-state") == "pin" else {
            problems.add("RB-ACTION", at: node.mark, "desired-state knows one verb: pin")
            _ = fields.optional("source")
            return nil
        }
        return fields.required("source").flatMap { fields.template($0, "source") }.map {
            .pin(source: $0)
        }
    }
}
