internal import JSON
internal import Journal
internal import RecoveryEngine
internal import Runbooks

/// What happened at the step a run stands at: what was run, how it ended,
/// what it said. Made of the journal's entries alone, so that it is the same
/// right behind the run and a day later.
struct FailureReport {
    /// One heading and its lines.
    struct Part: Hashable {
        let label: String
        let lines: [String]
    }

    let parts: [Part]

    /// nil where no step failed or waits.
    init?(_ state: RunState, _ entries: [JournalEntry]) {
        let standings: [RunState.Standing] = [.failed, .waiting, .unknown]
        guard let standing = state.standing, standings.contains(standing),
            let id = state.reasonStep,
            let instance = state.instances.first(where: { $0.id == id })
        else { return nil }
        var parts = [Part(label: "Step", lines: ["\(id): \(Self.title(instance, state))"])]
        if let why = instance.step.why {
            parts.append(
                Part(label: "Runbook", lines: Excerpt.first(state.values(for: instance).show(why))))
        }
        let intent = entries.last { $0.kind == "intent" && $0.data["step"]?.string == id }
        if let intent {
            parts += Self.attempt(intent, entries, instance)
        } else if let action = instance.step.action, Self.starts(action) {
            parts.append(Part(label: "Ran", lines: ["nothing: it did not get that far"]))
        }
        if instance.step.action == nil, let goal = instance.step.goal {
            let values = state.values(for: instance)
            parts.append(
                Part(label: "Asked", lines: goal.questions.map { Wording.words($0, values) }))
        }
        if let approval = state.pendingApproval, approval.step == id {
            parts.append(contentsOf: Self.asked(approval))
        }
        let label = Self.label(entries.last?.kind, instance, state.reason)
        parts.append(Part(label: label, lines: Excerpt.first(state.reason)))
        self.parts = parts
    }

    /// For a person: a label, and its lines below each other.
    var lines: [String] {
        parts.flatMap { part in
            part.lines.enumerated().map { Label.text($0 == 0 ? part.label : "", $1) }
        }
    }

    var json: JSONValue {
        .object(
            Dictionary(
                parts.map { ($0.label.lowercased(), .array($0.lines.map(JSONValue.string))) },
                uniquingKeysWith: { first, _ in first }))
    }

    /// What somebody is asked to agree to, all of it.
    private static func asked(_ approval: Approval) -> [Part] {
        let texts = (approval.observed.object ?? [:]).sorted { $0.key < $1.key }
            .compactMap(\.value.string).filter { !$0.isEmpty }
        let lines = texts.flatMap { $0.split(separator: "\n").map(String.init) }
        return lines.isEmpty ? [] : [Part(label: "To agree", lines: lines)]
    }

    private static func title(_ instance: StepInstance, _ state: RunState) -> String {
        state.values(for: instance).show(instance.step.title)
    }

    private static func starts(_ action: Action) -> Bool {
        switch action {
        case .note, .ask: false
        default: true
        }
    }

    /// Whose words the reason is.
    private static func label(
        _ last: String?, _ instance: StepInstance, _ reason: String
    ) -> String {
        if reason.hasPrefix("the guard ") { return "Guard" }
        return last == "verdict" && instance.step.goal != nil ? "Goal" : "Why"
    }

    // MARK: the attempt

    private static func attempt(
        _ intent: JournalEntry, _ entries: [JournalEntry], _ instance: StepInstance
    ) -> [Part] {
        let name = intent.data["attempt"]?.string
        let exited = entries.last { $0.kind == "exited" && $0.data["attempt"]?.string == name }
        // A later entry than its verdict: it is an earlier attempt that is shown.
        let settled = entries.last { $0.kind == "verdict" && $0.data["attempt"]?.string == name }
        let isOld = settled.map { $0.sequence != entries.last?.sequence } ?? false
        let ordinal = intent.data["ordinal"]?.int ?? 1
        let number = ordinal > 1 || isOld ? "  (attempt \(ordinal))" : ""
        var parts = [
            Part(
                label: isOld ? "Ran before" : "Ran",
                lines: [Wording.command(intent.data["action"] ?? [:]) + number])
        ]
        guard let exited else {
            return parts + [Part(label: "Ended", lines: ["nobody saw how"])]
        }
        var ending = exited.data["ending"]?.string ?? ""
        if exited.boot == intent.boot {
            let passed = (exited.monotonic - intent.monotonic) / 1_000_000
            ending += " after " + Span.brief(passed)
        }
        parts.append(Part(label: "Ended", lines: [ending]))
        return parts + [Part(label: "Said", lines: said(exited.data, instance))]
    }

    /// The last lines of both outputs; errors get the room first.
    private static func said(_ data: JSONValue, _ instance: StepInstance) -> [String] {
        guard !instance.step.isSilent else { return ["(its output is not kept: output: none)"] }
        let errors = Excerpt.last(Exited.text(data["stderr"]))
        let room = Excerpt.lines - errors.count
        let output = room > 0 ? Excerpt.last(Exited.text(data["stdout"]), lines: room) : []
        let lines = output.map { "stdout| \($0)" } + errors.map { "stderr| \($0)" }
        return lines.isEmpty ? ["nothing"] : lines
    }
}
