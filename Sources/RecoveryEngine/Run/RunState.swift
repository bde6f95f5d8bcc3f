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
/// any open   halted                   as it was the engine stopped
/// running    recovered                recovered (end)
/// any open   resumed                  running   an open attempt is in doubt
/// any open   undoing                  running   the step's undo is what is done
/// running    verdict done of an undo  waiting   the step is not done any more
/// any open   resolved done            running   next step
/// any open   resolved not-done        running   same step, next attempt
/// waiting    resolved left            running   next step; it stays undone
/// any open   abandoned                abandoned (end)
/// ```
/// *Any open* is running, waiting, unknown, failed. Of steps worked on at once
/// the first that fails ends the beginning of others; those that are on their
/// way still come to their `exited` and `verdict`, and the worst verdict
/// stays. Every other pair is objected to, when it is written and when it is
/// read.
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
    public var instances: [StepInstance] { steps.all }
    private(set) var steps = StepList()
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

    /// The undo that is being done.
    public private(set) var undo: StepInstance?
    /// Attempts begun of each undo, so that no two have one name.
    private var undoOrdinals: [String: Int] = [:]
    /// Undos that failed, and so may have something on its way.
    private var undoFailures: Set<String> = []

    /// - Parameter run: its id, for whoever names `run.id`; empty where nobody does.
    public init(run: String = "") {
        if !run.isEmpty { values.set("run.id", .string(run)) }
    }

    /// What is done now: an undo, or the first step that is not done.
    public var current: StepInstance? { undo ?? steps.first }

    /// The steps that may be worked on now: one, or those left of a group.
    public var front: [StepInstance] {
        guard let current else { return [] }
        guard undo == nil, let group = current.group else { return [current] }
        return steps.unfinished(in: group)
    }

    /// Steps done, and steps in all.
    public var progress: (done: Int, total: Int) {
        (steps.done, steps.all.count)
    }

    /// Values as step `instance` sees them.
    public func values(
        for instance: StepInstance, attempt: String? = nil, observed: JSONValue? = nil
    ) -> Values {
        var values = values
        if let each = instance.step.each, let item = instance.item { values.set(each.name, item) }
        Expansion.showOwn(of: instance, in: &values)
        if let attempt { values.set("attempt.id", .string(attempt)) }
        if let observed { values.set("observed", observed) }
        // An undo knows what its step saw before it acted.
        for (name, value) in instance.seen?.object ?? [:] { values.set("observed.\(name)", value) }
        return values
    }

    /// `instances` with one for each element of every list that is known by now.
    public var foreseen: [StepInstance] {
        var all = instances
        for instance in instances where instance.item == nil {
            guard let each = instance.step.each, let list = values[each.list]?.array,
                let items = try? Expansion.ordered(list, each, values)
            else { continue }
            all = Expansion.expanded(all, step: instance.id, items: items)
        }
        return all
    }

    /// The instance called `id`, the undo included.
    public func instance(_ id: String) -> StepInstance? {
        undo?.id == id ? undo : steps[id]
    }

    /// Takes `event`, to which there is no objection.
    public mutating func apply(_ event: Event) throws(PlanError) {
        switch event {
        case .began(let json):
            let plan = try Plan(json: json)
            self.plan = plan
            standing = .running
            steps = StepList(plan.steps.map { StepInstance(id: $0.id, step: $0) })
        case .prerequisites: isPrepared = true
        case .expanded(let step, let items):
            steps = StepList(Expansion.expanded(steps.all, step: step, items: items))
        case .approvalAsked(let approval): pendingApproval = approval
        case .intent(let intent):
            pendingApproval = nil
            update(intent.step) { $0.begin(intent) }
            if undo?.id == intent.step { undoOrdinals[intent.step] = intent.ordinal }
        case .exited(let exited):
            let step = front.first { $0.open?.attempt == exited.attempt }?.id
            update(step ?? "") { $0.exit = exited }
            for (node, key) in exited.hostKeys.object ?? [:] { hostKeys[node] = key.string }
        case .verdict(let record): applyVerdict(record)
        case .pinned(let pin): values.set("pinned", pin)
        case .waiting(let step, let why): stand(.waiting, why, step)
        case .failed(let step, let why):
            if undo?.id == step, undo?.open == nil { undo = nil }
            stand(.failed, why, step)
        case .resumed: stand(.running, "", nil)
        case .undoing(let step): beginUndo(step)
        case .halted(let why): if standing == .running { reason = why }
        case .resolved(let step, let resolution, _): applyResolution(step, resolution)
        case .recovered: stand(.recovered, "every check is green", nil)
        case .abandoned(let why): stand(.abandoned, why, nil)
        }
    }

    private mutating func stand(_ standing: Standing, _ why: String, _ step: String?) {
        self.standing = standing
        reason = why
        reasonStep = step
    }

    private mutating func update(_ id: String, _ change: (inout StepInstance) -> Void) {
        if undo?.id == id, var instance = undo {
            change(&instance)
            undo = instance
        } else {
            steps.update(id, change)
        }
    }

    private mutating func applyVerdict(_ record: VerdictRecord) {
        pendingApproval = nil
        switch record.verdict {
        case .done:
            for (name, value) in record.captured.object ?? [:] {
                values.set("\(record.step).\(name)", value)
            }
            finish(record.step)
        case .absent:
            // A retry of its own accord asks its goal as behind a failure.
            update(record.step) { $0.close(failed: $0.step.retry != nil) }
        case .failed:
            update(record.step) { $0.close(failed: true) }
            if let undo, undo.id == record.step { failUndo(undo) }
            worsen(.failed, record.why, record.step)
        case .unknown: worsen(.unknown, record.why, record.step)
        }
    }

    /// *Unknown* outweighs *failed*, and the first of two alike stays.
    private mutating func worsen(_ standing: Standing, _ why: String, _ step: String) {
        if self.standing == .unknown || self.standing == standing { return }
        stand(standing, why, step)
    }

    private mutating func finish(_ id: String) {
        guard let undo, undo.id == id else { return update(id) { $0.finish() } }
        self.undo = nil
        let step = undo.takesBack ?? ""
        update(step) { $0.takeBack() }
        stand(.waiting, "step \(step) was taken back; 'recover resume' does it again", nil)
    }

    /// An undo that acted and failed leaves nobody sure of its step: a resume
    /// asks the step's goal again.
    private mutating func failUndo(_ failed: StepInstance) {
        undo = nil
        undoFailures.insert(failed.id)
        guard failed.ordinal > 0, let step = failed.takesBack else { return }
        update(step) { if $0.step.goal != nil { $0.reopen() } }
    }

    private mutating func beginUndo(_ id: String) {
        guard let instance = instance(id), let undo = instance.step.undo else { return }
        var taken = StepInstance(
            id: "\(id).undo", step: undo.step(of: instance.step), item: instance.item)
        taken.takesBack = id
        taken.ordinal = undoOrdinals["\(id).undo"] ?? 0
        taken.hasFailed = undoFailures.contains(taken.id)
        taken.seen = instance.firstObserved
        self.undo = taken
        stand(.running, "", nil)
    }

    private mutating func applyResolution(_ step: String, _ resolution: Resolution) {
        stand(.running, "", nil)
        switch resolution {
        case .notDone: return update(step) { $0.close() }
        case .left: return update(step) { $0.leave() }
        case .done: break
        }
        // What was seen before it acted stays known under its name.
        let seen = instance(step).flatMap { $0.open?.observed ?? $0.firstObserved }?.object ?? [:]
        for (name, value) in seen { values.set("\(step).\(name)", value) }
        finish(step)
        attested.insert(step)
    }
}
