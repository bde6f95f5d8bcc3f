public import JSON
internal import Runbooks

/// Where a run stands: a fold of its entries.
///
/// ```
/// state      entry                    state
/// (none)     began                    running
/// running    prerequisites, expanded  running
/// running    approval-asked           running   awaiting an answer
/// running    intent                   running   one attempt open
/// running    exited                   running   the act is over, the goal decides
/// running    verdict done             running   next step
/// running    verdict absent           running   same step, next attempt
/// running    verdict failed           failed
/// running    verdict unknown          unknown   the attempt stays open
/// running    failed                   failed
/// running    waiting                  waiting
/// running    halted                   running   stopped on purpose
/// running    recovered                recovered (end)
/// any open   resumed                  running   an open attempt is in doubt
/// any open   resolved done            running   next step
/// any open   resolved not-done        running   same step, next attempt
/// any open   abandoned                abandoned (end)
/// ```
/// *Any open* is running, waiting, unknown, failed. Every other pair is
/// objected to, when it is written and when it is read.
public struct RunState: Sendable {
    /// Where a run stands.
    public enum Standing: String, Hashable, Sendable, CaseIterable {
        case running, waiting, unknown, failed, recovered, abandoned

        /// Nothing follows.
        public var isEnd: Bool { self == .recovered || self == .abandoned }
    }

    /// nil before the first entry; the plan comes with it.
    public private(set) var standing: Standing?
    public private(set) var plan: Plan?
    /// Every step in order; a step over a list is one instance until it is expanded.
    public private(set) var instances: [StepInstance] = []
    /// Values by name.
    public private(set) var values = Values()
    /// Prerequisites were asked and held.
    public private(set) var isPrepared = false
    /// Approval that waits for an answer.
    public private(set) var pendingApproval: Approval?
    /// Why the run stands where it stands, and at which step.
    public private(set) var reason = ""
    public private(set) var reasonStep: String?
    /// Host keys of replaced machines: node to key.
    public private(set) var hostKeys: [String: String] = [:]
    /// Facts a person vouched for: goal-only steps resolved as done.
    public private(set) var attested: Set<String> = []

    public init() {}

    /// The first step that is not done.
    public var current: StepInstance? { instances.first { !$0.isDone } }

    /// Steps done, and steps in all.
    public var progress: (done: Int, total: Int) {
        (instances.filter(\.isDone).count, instances.count)
    }

    /// Values as step `instance` sees them.
    public func values(
        for instance: StepInstance, attempt: String? = nil, observed: JSONValue? = nil
    ) -> Values {
        var values = values
        if let each = instance.step.each, let item = instance.item { values.set(each.name, item) }
        if let attempt { values.set("attempt.id", .string(attempt)) }
        if let observed { values.set("observed", observed) }
        return values
    }

    /// Why `event` cannot come now, or nil.
    public func objection(to event: Event) -> String? {
        guard let standing else {
            if case .began = event { return nil }
            return "the run has not begun"
        }
        if standing.isEnd { return "the run has ended (\(standing.rawValue))" }
        switch event {
        case .began: return "the run has begun already"
        case .resumed, .abandoned: return nil
        case .resolved(let step, _, _):
            return current?.id == step ? nil : "step \(step) is not the one the run stands at"
        default: break
        }
        guard standing == .running else {
            return "the run is \(standing.rawValue) and was not resumed"
        }
        return objectionWhileRunning(event)
    }

    private func objectionWhileRunning(_ event: Event) -> String? {
        switch event {
        case .expanded(let step, _):
            return current?.id == step && current?.step.each != nil && current?.item == nil
                ? nil : "step \(step) is not to be expanded now"
        case .approvalAsked(let approval): return wrongStep(approval.step) ?? openAttempt
        case .intent(let intent):
            if let wrong = wrongStep(intent.step) ?? openAttempt { return wrong }
            return intent.ordinal == (current?.ordinal ?? 0) + 1
                ? nil : "attempt \(intent.ordinal) is out of order"
        case .exited(let exited):
            guard let open = current?.open, open.attempt == exited.attempt else {
                return "no such open attempt"
            }
            return nil
        case .verdict(let record):
            if let wrong = wrongStep(record.step) { return wrong }
            if record.attempt != current?.open?.attempt {
                return "the verdict is not on the open attempt"
            }
            return record.attempt == nil && record.verdict != .done
                ? "only done needs no attempt" : nil
        case .failed(let step, _): return wrongStep(step)
        case .waiting(let step, _): return step.flatMap(wrongStep)
        case .recovered: return current == nil ? nil : "step \(current?.id ?? "") is not done"
        default: return nil
        }
    }

    private func wrongStep(_ step: String) -> String? {
        current?.id == step ? nil : "step \(step) is not the one the run stands at"
    }

    private var openAttempt: String? {
        current?.open.map { "attempt \($0.attempt) is open" }
    }

    /// Takes `event`, to which there is no objection.
    public mutating func apply(_ event: Event) throws(PlanError) {
        switch event {
        case .began(let json):
            let plan = try Plan(json: json)
            self.plan = plan
            standing = .running
            instances = plan.steps.map { StepInstance(id: $0.id, step: $0) }
        case .prerequisites: isPrepared = true
        case .expanded(let step, let items): expand(step, items)
        case .approvalAsked(let approval): pendingApproval = approval
        case .intent(let intent):
            pendingApproval = nil
            update { $0.begin(intent) }
        case .exited(let exited):
            update { $0.exit = exited }
            for (node, key) in exited.hostKeys.object ?? [:] { hostKeys[node] = key.string }
        case .verdict(let record): applyVerdict(record)
        case .pinned(let pin): values.set("pinned", pin)
        case .waiting(let step, let why): stand(.waiting, why, step)
        case .failed(let step, let why): stand(.failed, why, step)
        case .resumed: stand(.running, "", nil)
        case .halted(let why): reason = why
        case .resolved(let step, let done, let evidence): applyResolution(step, done, evidence)
        case .recovered: stand(.recovered, "every check is green", nil)
        case .abandoned(let why): stand(.abandoned, why, nil)
        }
    }

    private mutating func stand(_ standing: Standing, _ why: String, _ step: String?) {
        self.standing = standing
        reason = why
        reasonStep = step
    }

    private mutating func update(_ change: (inout StepInstance) -> Void) {
        guard let index = instances.firstIndex(where: { !$0.isDone }) else { return }
        change(&instances[index])
    }

    private mutating func expand(_ step: String, _ items: [JSONValue]) {
        guard let index = instances.firstIndex(where: { $0.id == step }) else { return }
        let template = instances[index].step
        let expanded = items.enumerated().map { offset, item in
            StepInstance(id: "\(step).\(offset + 1)", step: template, item: item)
        }
        instances.replaceSubrange(index...index, with: expanded)
    }

    private mutating func applyVerdict(_ record: VerdictRecord) {
        pendingApproval = nil
        switch record.verdict {
        case .done:
            for (name, value) in record.captured.object ?? [:] {
                values.set("\(record.step).\(name)", value)
            }
            update { $0.finish() }
        case .absent: update { $0.close() }
        case .failed:
            update { $0.close(failed: true) }
            stand(.failed, record.why, record.step)
        case .unknown: stand(.unknown, record.why, record.step)
        }
    }

    private mutating func applyResolution(_ step: String, _ done: Bool, _ evidence: String) {
        if done {
            // What was seen before it acted stays known under its name.
            let seen = current.flatMap { $0.open?.observed ?? $0.firstObserved }?.object ?? [:]
            for (name, value) in seen { values.set("\(step).\(name)", value) }
            update { $0.finish() }
            attested.insert(step)
        } else {
            update { $0.close() }
        }
        stand(.running, "", nil)
    }
}
