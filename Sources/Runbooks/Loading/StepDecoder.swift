internal import JSON
internal import YAML

/// YAML to `Step`, before or after binding.
struct StepDecoder {
    let problems: Problems
    private var checks: CheckDecoder { CheckDecoder(problems: problems) }
    private var actions: ActionDecoder { ActionDecoder(problems: problems) }

    init(problems: Problems) { self.problems = problems }

    func step(_ node: YAMLNode) -> Step? {
        guard let fields = Fields(node, "a step", problems) else { return nil }
        defer { fields.finish() }
        let id = identifier(fields)
        let title = fields.required("title").flatMap { fields.template($0, "title") }
        let isNote = fields.optional("do")?["note"] != nil
        let timeout = fields.duration("timeout") ?? (isNote ? .seconds(30) : nil)
        if timeout == nil, fields.optional("timeout") == nil {
            problems.add(
                "RB-DURATION", at: fields.mark, "step '\(id ?? "")' needs a timeout, such as 30s")
        }
        // Whatever is wrong so far, the rest is read too: all mistakes are told at once.
        var step = Step(
            id: id ?? "", title: title ?? Template(literal: ""), timeout: timeout ?? .seconds(30))
        readWords(fields, into: &step)
        readWork(fields, into: &step)
        judge(step, fields)
        return id == nil || title == nil || timeout == nil ? nil : step
    }

    private func identifier(_ fields: Fields) -> String? {
        guard let node = fields.required("id") else { return nil }
        if let text = node.scalar?.text, RunbookDecoder.isIdentifier(text, dotted: true) {
            return text
        }
        problems.add(
            "RB-ID", at: node.mark,
            "an id starts with a letter or digit and holds at most 63 of a-z, 0-9 and '-'")
        return nil
    }

    private func readWords(_ fields: Fields, into step: inout Step) {
        step.why = fields.template("why")
        step.hazard = fields.template("hazard")
        step.approve = fields.integer("approve", 0...2) ?? 0
        step.effect = fields.word("effect", Step.Effect.self) ?? .derived
        step.settle = fields.duration("settle")
        step.gitops = fields.word("gitops", Step.GitOps.self)
        _ = fields.optional("when") // decided when binding
        if let node = fields.optional("output") {
            step.isSilent = node.scalar?.text == "none"
            if !step.isSilent { fields.wrong(node, "output", "none") as Void? }
        }
        if let node = fields.optional("each"), let entry = node.mapping?.entries.first,
            let list = fields.path(entry.value, "each")
        {
            step.each = Each(name: entry.key.text, list: list)
        }
    }

    private func readWork(_ fields: Fields, into step: inout Step) {
        step.goal = fields.optional("goal").flatMap { checks.check($0) }
        step.guardCheck = fields.optional("guard").flatMap { checks.check($0) }
        let input = fields.optional("stdin")
        if let node = fields.optional("do") { step.action = actions.action(node, input: input) }
        if let node = fields.optional("observe") { step.observe = observations(node) }
        if let node = fields.optional("capture") { step.capture = captures(node) }
        if let node = fields.optional("undo") { step.undo = undo(node) }
    }

    private func observations(_ node: YAMLNode) -> [Observation] {
        guard let mapping = Fields(node, "observe", problems) else { return [] }
        return mapping.keys.compactMap { name in
            guard let value = mapping.optional(name),
                let fields = Fields(value, "observe", problems)
            else { return nil }
            defer { fields.finish() }
            let absent = fields.word("absent", Observation.Absent.self) ?? .stop
            return checks.question(fields).map {
                Observation(name: name, question: $0, absent: absent)
            }
        }
    }

    private func captures(_ node: YAMLNode) -> [Capture] {
        guard let mapping = Fields(node, "capture", problems) else { return [] }
        return mapping.keys.compactMap { name in
            guard let value = mapping.optional(name),
                let fields = Fields(value, "capture", problems)
            else { return nil }
            defer { fields.finish() }
            guard fields.text("from") == "stdout" else {
                return fields.wrong(value, "from", "stdout")
            }
            var filter: Capture.Filter?
            if let node = fields.optional("where"), let parts = Fields(node, "where", problems) {
                if let under = parts.optional("under")?.scalar?.text,
                    let equals = parts.template("equals")
                {
                    filter = Capture.Filter(under: under, equals: equals)
                }
                parts.finish()
            }
            let take = fields.optional("take")?.mapping?.entries.map {
                ($0.key.text, $0.value.scalar?.text ?? "")
            }
            return Capture(
                name: name, json: fields.optional("json")?.scalar?.text, filter: filter,
                take: Dictionary(take ?? [], uniquingKeysWith: { first, _ in first }))
        }
    }

    private func undo(_ node: YAMLNode) -> Undo? {
        guard let fields = Fields(node, "undo", problems) else { return nil }
        defer { fields.finish() }
        _ = fields.word("effect", Step.Effect.self)
        let goal = fields.optional("goal").flatMap { checks.check($0) }
        let timeout = fields.duration("timeout") ?? .seconds(30)
        return fields.required("do").flatMap { actions.action($0, input: fields.optional("stdin")) }
            .map { Undo(action: $0, goal: goal, timeout: timeout) }
    }

    /// Rules across the members of one step.
    private func judge(_ step: Step, _ fields: Fields) {
        if step.goal != nil, !step.capture.isEmpty {
            problems.add(
                "RB-CAPTURE", at: fields.mark,
                "step '\(step.id)' keeps what it prints, and its goal may hold without it printing; "
                    + "keep it in a step without a goal")
        }
        guard let action = step.action else {
            if fields.optional("goal") == nil, fields.optional("do") == nil {
                problems.add(
                    "RB-EMPTY-STEP", at: fields.mark, "step '\(step.id)' has neither do nor goal")
            }
            return
        }
        let isSilent = fields.optional("goal") == nil && fields.optional("effect") == nil
        if action.acts, isSilent {
            if case .ask = action { return }
            problems.add(
                "RB-EFFECT", at: fields.mark,
                "step '\(step.id)' acts without a goal; add a goal, or say effect: repeatable or once"
            )
        }
    }
}
