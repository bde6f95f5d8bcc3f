internal import Estates
internal import Journal
internal import RecoveryEngine
internal import Runbooks

/// The list of steps as it is shown: a fold of the run's events, pure.
struct Sheet: Sendable {
    /// How a step stands.
    enum Mark: Hashable, Sendable { case done, running, waiting, failed, unknown, pending }

    /// One step.
    struct Row: Hashable, Sendable {
        let id: String
        let title: String
        let mark: Mark
        /// When it became the step the run stands at, and when it was done; ms.
        let began: Int?
        let ended: Int?
    }

    let run: String
    private(set) var title = ""
    private(set) var rows: [Row] = []
    private(set) var progress = (done: 0, total: 0)
    /// Which row the run stands at.
    private(set) var current: Int?
    /// The time the recovery shall take, ms.
    private(set) var objective: Int?
    /// When the run began; when it came to rest.
    private(set) var began: Int?
    private(set) var rested: Int?
    /// What it is doing, and what it heard last.
    private(set) var activity = ""
    private(set) var heard = ""
    /// Something the operator should know.
    var note = ""

    private var starts: [String: Int] = [:]
    private var ends: [String: Int] = [:]

    init(run: String) { self.run = run }

    /// The sheet of what was written so far; entries that make no sense are
    /// for others to object to.
    init(run: String, entries: [JournalEntry]) {
        self.run = run
        var state = RunState(run: run)
        for entry in entries {
            guard let event = Event(kind: entry.kind, data: entry.data),
                state.objection(to: event) == nil, (try? state.apply(event)) != nil
            else { break }
            take(event, state, at: entry.wall)
        }
    }

    /// Takes in what happened `at` a time in ms, and where the run stands now.
    mutating func take(_ event: Event, _ state: RunState, at now: Int) {
        if case .began = event { began = now }
        var isTakenUp = false
        if case .resumed = event { isTakenUp = true }
        for instance in state.instances where instance.isDone && ends[instance.id] == nil {
            ends[instance.id] = now
        }
        for instance in state.front where state.isPrepared {
            let isAtWork = instance.open != nil || instance.id == state.current?.id
            if isAtWork, starts[instance.id] == nil || isTakenUp { starts[instance.id] = now }
        }
        let isHalted: Bool = if case .halted = event { true } else { false }
        rested = state.standing == .running && !isHalted ? nil : now
        heard = ""
        title = Self.title(state)
        objective = state.plan?.objective.map { Int($0 / .milliseconds(1)) }
        progress = state.progress
        rows = state.instances.map { row($0, state, isHalted) }
        current = state.instances.firstIndex { !$0.isDone }
        activity = rested == nil ? Activity.words(state, isTakenUp: isTakenUp) : ""
    }

    /// A check was asked again.
    mutating func hear(_ step: String, _ finding: Finding) {
        heard = "\(step): not yet: \(finding.why)"
    }

    /// Nothing is asked for so many ms.
    mutating func rest(_ step: String, _ length: Int, _ why: String) {
        heard = "\(step): waiting \(Span.words(length)): \(why)"
    }

    private static func title(_ state: RunState) -> String {
        guard let plan = state.plan else { return "" }
        return "\(plan.runbook) \(plan.version) on \(plan.estate.name): \(plan.title)"
    }

    private func row(_ instance: StepInstance, _ state: RunState, _ isHalted: Bool) -> Row {
        Row(
            id: instance.id, title: state.values(for: instance).show(instance.step.title),
            mark: Self.mark(instance, state, isHalted), began: starts[instance.id],
            ended: instance.isDone ? ends[instance.id] : nil)
    }

    /// Of steps worked on at once each has a mark of its own.
    private static func mark(
        _ instance: StepInstance, _ state: RunState, _ isHalted: Bool
    ) -> Mark {
        if instance.isDone { return .done }
        if state.standing == .running {
            let isAtWork = instance.open != nil || instance.id == state.current?.id
            return isAtWork && state.isPrepared && !isHalted ? .running : .pending
        }
        guard instance.id == state.reasonStep else {
            return instance.open == nil ? .pending : .unknown
        }
        switch state.standing {
        case .waiting: return .waiting
        case .failed: return .failed
        case .unknown: return .unknown
        default: return .pending
        }
    }
}
