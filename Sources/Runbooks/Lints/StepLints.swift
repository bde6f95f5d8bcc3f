internal import YAML

/// What is unwise in steps that load.
struct StepLints {
    let file: String
    /// The names used in all documents.
    let used: Usage
    /// The time the recovery shall take.
    let objective: Duration?

    func findings(_ nodes: [YAMLNode]) -> [Diagnostic] {
        nodes.filter { $0["include"] == nil }.flatMap { node -> [Diagnostic] in
            guard let step = StepDecoder(problems: Problems(file: file)).step(node) else {
                return []
            }
            return order(step, node) + identity(step, node) + unused(step, node)
        }
    }

    private func finding(_ code: String, _ mark: Mark, _ message: String) -> Diagnostic {
        Diagnostic(file: file, mark: mark, code: code, message: message)
    }

    /// Members of a step that do not go together.
    private func order(_ step: Step, _ node: YAMLNode) -> [Diagnostic] {
        var list: [Diagnostic] = []
        let say = { (code: String, key: String, message: String) in
            finding(code, node[key]?.mark ?? node.mark, "step '\(step.id)': \(message)")
        }
        if let goal = step.goal, goal == step.guardCheck {
            list.append(
                say(
                    "LINT-GUARD", "guard",
                    "guard and goal ask the same; where one holds nothing is done"))
        }
        if let settle = step.settle, step.timeout < settle {
            list.append(
                say(
                    "LINT-SETTLE", "settle",
                    "timeout is shorter than settle, so an attempt always ends in doubt"))
        }
        if step.effect == .once, step.hazard == nil, step.approve == 0 {
            list.append(
                say(
                    "LINT-ONCE", "effect",
                    "it must not happen twice and nobody is asked; add hazard or approve"))
        }
        if step.approve > 0, step.hazard == nil, step.action?.isForPersons == false {
            list.append(
                say(
                    "LINT-APPROVE", "approve",
                    "a person is asked and not told what may be lost; add hazard"))
        }
        if let objective, step.action == nil, step.timeout > objective {
            list.append(say("LINT-LONG", "timeout", "this wait may be longer than the objective"))
        }
        return list
    }

    /// Whoever deletes, makes or restarts by name may meet a newcomer under it.
    private func identity(_ step: Step, _ node: YAMLNode) -> [Diagnostic] {
        guard step.observe.isEmpty, let goal = step.goal, let line = CommandLine(node["do"]) else {
            return []
        }
        let verb = line.kubectl.first ?? line.operands(valued: []).first ?? ""
        let isReplaced =
            line.program == "kubectl" && ["delete", "create", "replace"].contains(verb)
            || line.program == "systemctl"
                && ["restart", "try-restart", "reload-or-restart"].contains(verb)
        let looks = goal.questions.contains { question in
            if case .kubectl = question { return line.program == "kubectl" }
            if case .ssh = question { return line.program == "systemctl" }
            return false
        }
        guard isReplaced, looks else { return [] }
        return [
            finding(
                "LINT-IDENTITY", line.mark,
                "step '\(step.id)': its goal cannot tell what was there before from what came after; observe "
                    + "an identity (a UID, an InvocationID) and compare with it")
        ]
    }

    private func unused(_ step: Step, _ node: YAMLNode) -> [Diagnostic] {
        step.capture.filter { !used.names($0.name, of: step.id) }.map { capture in
            let mark = node["capture"]?[capture.name]?.mark ?? node.mark
            return finding("LINT-UNUSED", mark, "nothing uses '\(step.id).\(capture.name)'")
        }
    }
}

extension Action {
    /// Nothing is done but by a person.
    fileprivate var isForPersons: Bool {
        switch self {
        case .ask, .note: true
        case .run, .ssh, .kubectl, .pin: false
        }
    }
}
