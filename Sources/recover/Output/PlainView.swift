internal import JSON
internal import RecoveryEngine
internal import Runbooks

/// Entries as plain lines, while they are written; for pipes, logs and
/// terminals that know nothing else.
struct PlainView: ProgressView {
    private let start: Int
    private var state = RunState()
    private var isTakenUp = false
    private var lastWait = ""
    /// When something was last said of the step, and when to break the silence.
    private var since: Int
    private var patience = 0
    private static let patience = [10_000, 30_000, 60_000, 120_000, 300_000]

    init(start: Int) {
        self.start = start
        since = start
    }

    mutating func tell(_ event: Event, _ state: RunState, at now: Int) {
        self.state = state
        isTakenUp = if case .resumed = event { true } else { false }
        lastWait = ""
        hearSomething(now)
        if let text = Self.words(event, state) { line(now, text) }
    }

    mutating func hear(_ step: String, _ finding: Finding, at now: Int) {
        guard finding.why != lastWait else { return }
        lastWait = finding.why
        hearSomething(now)
        Terminal.say("            \(step): not yet: \(finding.why.prefix(300))")
    }

    mutating func rest(_ step: String, _ length: Int, _ why: String, at now: Int) {
        guard length >= 1000 else { return }
        hearSomething(now)
        Terminal.say("            \(step): waiting \(Span.words(length)): \(why)")
    }

    mutating func note(_ text: String, at now: Int) { line(now, text) }

    mutating func tick(at now: Int) {
        guard state.standing == .running else { return }
        let limit =
            patience < Self.patience.count
            ? Self.patience[patience] : (patience - Self.patience.count + 2) * 300_000
        guard now - since >= limit else { return }
        patience += 1
        let words =
            lastWait.isEmpty
            ? Activity.words(state, isTakenUp: isTakenUp) : "still not yet"
        line(
            now, "\(state.current.map { "\($0.id): " } ?? "")\(words) (\(Span.words(now - since)))")
    }

    mutating func pause(at now: Int) {}
    mutating func finish(at now: Int) { state = RunState() }

    private mutating func hearSomething(_ now: Int) {
        since = now
        patience = 0
    }

    private func line(_ now: Int, _ text: String) {
        Terminal.say("\(Span.fine(now - start))  \(text)")
    }
}

// MARK: words

extension PlainView {
    /// An entry in words; nil where it is not worth a line.
    static func words(_ event: Event, _ state: RunState) -> String? {
        switch event {
        case .began:
            "run \(state.plan?.runbook ?? "") \(state.plan?.version ?? ""): \(state.plan?.title ?? "")"
        case .prerequisites(let answers): "\(answers.count) prerequisites hold"
        case .expanded(let step, let items): "\(step): \(items.count) found"
        case .approvalAsked(let approval): "\(approval.step): waits for an approval"
        case .intent(let intent):
            "\(place(intent.step, state)) \(intent.step): "
                + title(intent.step, state, intent.observed)
                + (intent.ordinal > 1 ? " (attempt \(intent.ordinal))" : "")
        case .exited: nil
        case .verdict(let record): words(record, state)
        case .pinned(let pin):
            "pinned \(pin["commit"]?.string ?? "") of \(pin["source"]?.string ?? "")"
                + offline(pin["offline"])
        case .waiting(let step, let why): "WAITING \(step ?? "") \(why)"
        case .failed(let step, let why): "FAILED  \(step): \(why)"
        case .resumed: "resumed at \(state.current?.id ?? "the end")"
        case .undoing(let step): "taking back \(step)"
        case .halted(let why): "stopped: \(why)"
        case .resolved(let step, let resolution, _):
            "\(step): a person says \(resolution.rawValue)"
        case .recovered: "recovered: every check is green"
        case .abandoned(let why): "abandoned: \(why)"
        }
    }

    /// What a pin without its source is to be read as.
    private static func offline(_ offline: JSONValue?) -> String {
        guard let offline else { return "" }
        return ", OFFLINE: verified \(offline["verified-ago"]?.string ?? "") ago, committed "
            + "\(offline["committed-ago"]?.string ?? "") ago (\(offline["why"]?.string ?? ""))"
    }

    private static func words(_ record: VerdictRecord, _ state: RunState) -> String {
        let words =
            switch record.verdict {
            case .done where record.attempt == nil: "done: \(record.why)"
            case .done where state.instance(record.step)?.step.action == .note:
                // What a note had to show is all there is to it.
                "done: " + record.why.split(separator: "\n").joined(separator: "\n            ")
            case .done: "done"
            case .absent: "not done yet, and safe to try again: \(record.why)"
            case .failed: "FAILED: \(record.why)"
            case .unknown: "UNKNOWN: \(record.why)"
            }
        let title = record.attempt == nil ? "\(title(record.step, state, [:])): " : ""
        return "\(place(record.step, state)) \(record.step): \(title)\(words)"
    }

    private static func place(_ id: String, _ state: RunState) -> String {
        let index = state.instances.firstIndex { $0.id == id } ?? 0
        return "[\(index + 1)/\(state.instances.count)]"
    }

    private static func title(_ id: String, _ state: RunState, _ observed: JSONValue) -> String {
        guard let instance = state.instances.first(where: { $0.id == id }) else { return "" }
        return state.values(for: instance, observed: observed).show(instance.step.title)
    }
}
