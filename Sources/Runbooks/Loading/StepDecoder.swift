internal import JSON
internal import YAML

/// YAML to `Step`, before or after binding.
struct StepDecoder {
    let problems: Problems
    private var checks: CheckDecoder { CheckDecoder(problems: problems) }
    private var actions: ActionDecoder { ActionDecoder(problems: problems) }

    func step(_ node: YAMLNode) -> Step? {
        guard let fields = Fields(node, .step, problems) else { return nil }
        defer { fields.finish() }
        let id = fields.identifier("id", dotted: problems.isBound)
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
        if !problems.isBound { StepRules(problems: problems, node: node, step: step).check() }
        return id == nil || title == nil || timeout == nil ? nil : step
    }

    private func readWords(_ fields: Fields, into step: inout Step) {
        step.why = fields.template("why")
        step.hazard = fields.template("hazard")
        if let node = fields.optional("approve") {
            step.approve = node.scalar?.json.int ?? 0
            if !(1...2).contains(step.approve) {
                problems.add(
                    "RB-GATE", at: node.mark,
                    "approve is 1 (the operator) or 2 (and one other person); leave it out for none"
                )
            }
        }
        step.effect = fields.word("effect", Step.Effect.self) ?? .derived
        step.settle = fields.duration("settle")
        step.gitops = fields.word("gitops", Step.GitOps.self)
        IncludeDecoder(problems: problems).when(fields)
        if let node = fields.optional("output") {
            step.isSilent = node.scalar?.text == "none"
            if !step.isSilent { fields.wrong(node, "output", "none") as Void? }
        }
        let lists = EachDecoder(problems: problems)
        step.each = fields.optional("each").flatMap { lists.each($0) }
        if problems.isBound { step.group = fields.optional("among").flatMap { lists.group($0) } }
        step.retry = fields.optional("retry").flatMap { retry($0) }
    }

    private func retry(_ node: YAMLNode) -> Retry? {
        guard let fields = Fields(node, .retry, problems) else { return nil }
        defer { fields.finish() }
        let attempts = fields.required("attempts") == nil ? nil : fields.integer("attempts", 2...10)
        let pause = fields.duration("pause") ?? .seconds(10)
        return attempts.map { Retry(attempts: $0, pause: pause) }
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
        (Fields(node, .observe, problems)?.others ?? []).compactMap { entry in
            guard let name = named(entry.key),
                let fields = Fields(entry.value, .observation, problems)
            else { return nil }
            defer { fields.finish() }
            let absent = fields.word("absent", Observation.Absent.self) ?? .stop
            let mayChange = fields.flag("may-change") ?? false
            guard let question = checks.question(fields) else { return nil }
            // No text would mean that the thing is not there.
            guard question.prints, question != .attempt else {
                problems.add(
                    "RB-CHECK", at: fields.mark,
                    "what is observed is text; ask with run, ssh, kubectl, http or dns")
                return nil
            }
            return Observation(name: name, question: question, absent: absent, mayChange: mayChange)
        }
    }

    private func captures(_ node: YAMLNode) -> [Capture] {
        (Fields(node, .capture, problems)?.others ?? []).compactMap { entry in
            guard let name = named(entry.key), let fields = Fields(entry.value, .captured, problems)
            else { return nil }
            defer { fields.finish() }
            let filters = fields.optional("where").map { $0.sequence ?? [$0] } ?? []
            let take = members(fields)
            let json = fields.optional("json").flatMap { fields.pointer($0, "json") }
            guard let from = fields.required("from") else { return nil }
            guard from.scalar?.text == "stdout" else { return fields.wrong(from, "from", "stdout") }
            return Capture(
                name: name, json: json, filters: filters.compactMap(filter),
                take: Dictionary(take, uniquingKeysWith: { first, _ in first }))
        }
    }

    /// `name: POINTER`, or `thing.name: POINTER` for a member of a member.
    private func members(_ fields: Fields) -> [(String, String)] {
        let entries = fields.entries("take", .take)
        let names = Set(entries.map(\.key.text))
        return entries.compactMap { entry in
            let parts = FactPath(entry.key.text)?.names ?? []
            guard (1...2).contains(parts.count), parts.count == 1 || !names.contains(parts[0])
            else {
                problems.add(
                    "RB-ID", at: entry.key.mark,
                    "\(entry.key.text.excerpt) is no name of a member: name or thing.name, and "
                        + "not both a thing and its members")
                return nil
            }
            return fields.pointer(entry.value, entry.key.text).map { (entry.key.text, $0) }
        }
    }

    private func filter(_ node: YAMLNode) -> Capture.Filter? {
        guard let fields = Fields(node, .filter, problems) else { return nil }
        defer { fields.finish() }
        let under = fields.required("under").flatMap { fields.pointer($0, "under") }
        let wanted: [Capture.Filter.Wanted] = [
            fields.template("equals").map { .equals($0) },
            fields.template("none").map { .none($0) },
            fields.template("repository").map { .repository($0) },
            fields.optional("present").flatMap { $0.scalar?.json.bool.map { .present($0) } },
        ].compactMap(\.self)
        if wanted.count != 1 {
            problems.add(
                "RB-CHECK", at: node.mark,
                "where says one of equals, none, repository and present of a place")
        }
        guard let under, wanted.count == 1 else { return nil }
        return Capture.Filter(under: under, wanted[0])
    }

    /// What an observation or a capture is called: part of the name of a value.
    private func named(_ key: Scalar) -> String? {
        if FactPath(key.text)?.names.count == 1 { return key.text }
        problems.add(
            "RB-ID", at: key.mark,
            "\(key.text.excerpt) is no name: letters, digits, '-' and '_'")
        return nil
    }

    private func undo(_ node: YAMLNode) -> Undo? {
        guard let fields = Fields(node, .undo, problems) else { return nil }
        defer { fields.finish() }
        let effect = fields.word("effect", Step.Effect.self)
        let goal = fields.optional("goal").flatMap { checks.check($0) }
        let timeout = fields.duration("timeout") ?? .seconds(30)
        guard
            let action = fields.required("do").flatMap({
                actions.action($0, input: fields.optional("stdin"))
            })
        else { return nil }
        if action.acts, goal == nil, effect == nil {
            problems.add(
                "RB-EFFECT", at: node.mark,
                "undo acts without a goal; add a goal, or say effect: repeatable or once")
        }
        return Undo(action: action, goal: goal, effect: effect ?? .derived, timeout: timeout)
    }

    /// People agree one at a time, and what several print at once has no order.
    private func judgeConcurrency(_ step: Step, _ fields: Fields) {
        guard max(step.each?.atOnce ?? 1, step.group?.atOnce ?? 1) > 1 else { return }
        let isPerson = if case .ask = step.action { true } else { false }
        if step.approve > 0 || isPerson || !step.capture.isEmpty || step.action?.acts != true {
            problems.add(
                "RB-EACH", at: fields.mark,
                "step '\(step.id)' cannot be done at once: that is for commands without approve, ask "
                    + "and capture")
        }
    }

    /// Rules across the members of one step.
    private func judge(_ step: Step, _ fields: Fields) {
        if step.goal != nil, !step.capture.isEmpty {
            problems.add(
                "RB-CAPTURE", at: fields.mark,
                "step '\(step.id)' keeps what it prints, and its goal may hold without it printing; "
                    + "keep it in a step without a goal")
        }
        if step.retry != nil, step.effect == .once {
            problems.add(
                "RB-RETRY", at: fields.mark,
                "step '\(step.id)' must not happen twice (effect: once), so it cannot be retried")
        }
        judgeConcurrency(step, fields)
        if (1...2).contains(step.approve), step.action == nil {
            problems.add(
                "RB-GATE", at: fields.mark,
                "step '\(step.id)' does nothing that could be approved; add do: { note: true } "
                    + "in a step of its own, or leave approve out")
        }
        if step.action == .note, step.goal != nil {
            problems.add(
                "RB-NOTE", at: fields.mark,
                "step '\(step.id)' is a note, which is done once it is read; ask its goal in a step "
                    + "without do")
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
