internal import JSON
internal import RecoveryEngine
internal import Runbooks

/// Entries as plain lines, while they are written.
final class Progress: Narrator {
    private let start: Moment
    private var lastWait = ""

    init(start: Moment) { self.start = start }

    func tell(_ event: Event, _ state: RunState, at moment: Moment) {
        lastWait = ""
        switch event {
        case .began:
            line(
                moment,
                "run \(state.plan?.runbook ?? "") \(state.plan?.version ?? ""): \(state.plan?.title ?? "")"
            )
        case .prerequisites(let answers): line(moment, "\(answers.count) prerequisites hold")
        case .expanded(let step, let items): line(moment, "\(step): \(items.count) found")
        case .approvalAsked(let approval): line(moment, "\(approval.step): waits for an approval")
        case .intent(let intent):
            let again = intent.ordinal > 1 ? " (attempt \(intent.ordinal))" : ""
            line(
                moment,
                "\(place(intent.step, state)) \(intent.step): "
                    + "\(title(intent.step, state, intent.observed))\(again)"
            )
        case .exited: break
        case .verdict(let record): tell(record, state, moment)
        case .pinned(let pin):
            line(moment, "pinned \(pin["commit"]?.string ?? "") of \(pin["source"]?.string ?? "")")
        case .waiting(let step, let why): line(moment, "WAITING \(step ?? "") \(why)")
        case .failed(let step, let why): line(moment, "FAILED  \(step): \(why)")
        case .resumed: line(moment, "resumed at \(state.current?.id ?? "the end")")
        case .halted(let why): line(moment, "stopped: \(why)")
        case .resolved(let step, let done, _):
            line(moment, "\(step): a person says \(done ? "done" : "not done")")
        case .recovered: line(moment, "recovered: every check is green")
        case .abandoned(let why): line(moment, "abandoned: \(why)")
        }
    }

    func waiting(_ step: String, _ finding: Finding) {
        guard finding.why != lastWait else { return }
        lastWait = finding.why
        Terminal.say("            \(step): not yet: \(finding.why.prefix(300))")
    }

    private func tell(_ record: VerdictRecord, _ state: RunState, _ moment: Moment) {
        let words =
            switch record.verdict {
            case .done where record.attempt == nil: "done: \(record.why)"
            case .done: "done"
            case .absent: "not done yet, and safe to try again: \(record.why)"
            case .failed: "FAILED: \(record.why)"
            case .unknown: "UNKNOWN: \(record.why)"
            }
        let title = record.attempt == nil ? "\(title(record.step, state, [:])): " : ""
        line(moment, "\(place(record.step, state)) \(record.step): \(title)\(words)")
    }

    private func instance(_ id: String, _ state: RunState) -> (offset: Int, element: StepInstance)?
    {
        state.instances.enumerated().first { $0.element.id == id }
    }

    private func place(_ id: String, _ state: RunState) -> String {
        "[\((instance(id, state)?.offset ?? 0) + 1)/\(state.instances.count)]"
    }

    private func title(_ id: String, _ state: RunState, _ observed: JSONValue) -> String {
        guard let instance = instance(id, state)?.element else { return "" }
        return state.values(for: instance, observed: observed).show(instance.step.title)
    }

    private func line(_ moment: Moment, _ text: String) {
        let elapsed = (moment.monotonic - start.monotonic) / 100_000_000
        Terminal.say("\(Self.clock(elapsed))  \(text)")
    }

    /// Tenths of a second as ` 1:02:03.4`.
    static func clock(_ tenths: Int) -> String {
        let seconds = tenths / 10
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        let text = "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60)).\(tenths % 10)"
        return String(repeating: " ", count: max(0, 10 - text.utf8.count)) + text
    }
}
