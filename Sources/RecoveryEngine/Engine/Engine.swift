internal import JSON
public import Journal
internal import Runbooks

/// The loop: decide, record, perform, record.
///
/// One engine owns the run's state and its journal. `record` is the only way
/// to change the state, and nothing is acted on before it is written: every
/// crash leaves a prefix and `resume` needs nothing else.
public final class Engine {
    /// The journal could not be written, or its history makes no sense.
    public enum Fault: Error {
        case journal(JournalError)
        case history(String)
    }

    /// What a turn of the loop came to.
    enum Turn {
        case go
        case stop(ExitCode)
    }

    /// The run it drives, and where that stands.
    public let run: String
    public private(set) var state: RunState
    /// nil once closed.
    private var journal: Journal?
    let hands: any Hands
    let narrator: any Narrator
    /// The moment a poll that is under way ends; no question outlives it by much.
    var pollEnd: Int?

    /// Takes up `run`, from the entries in the journal if there are any.
    ///
    /// - Parameter known: what somebody who read the journal before made of it;
    ///   used only if nothing was added since.
    public init(
        run: String, journal: consuming Journal, hands: any Hands, narrator: any Narrator,
        known: (entries: [JournalEntry], state: RunState)? = nil
    ) throws(Fault) {
        let entries: [JournalEntry]
        do { entries = try journal.entries(run: run) } catch { throw .journal(error) }
        let isKnown =
            known?.entries.count == entries.count
            && known?.entries.last?.digest == entries.last?.digest
        let state =
            if isKnown, let known { known.state } else {
                try RunState(run: run, replaying: entries)
            }
        self.run = run
        self.state = state
        self.journal = consume journal
        self.hands = hands
        self.narrator = narrator
        for (node, key) in state.hostKeys { hands.adopt(hostKey: key, node: node) }
    }

    /// Begins a new run of `plan`.
    public func begin(_ plan: Plan) throws(Fault) -> ExitCode {
        try record(.began(plan: plan.json))
        return try proceed()
    }

    /// Goes on where the journal ends.
    public func resume() throws(Fault) -> ExitCode {
        if let standing = state.standing, standing.isEnd { return .recovered }
        try record(.resumed)
        return try proceed()
    }

    /// Writes what a person says of the step the run stands at; why not, or nil.
    public func resolve(
        step: String, as resolution: Resolution, evidence: String
    ) throws(Fault) -> String? {
        let standing = state.standing
        guard standing == .unknown || standing == .waiting, state.reasonStep == step else {
            return "RS-STATE: step '\(step)' is neither unknown nor waiting"
        }
        let open = state.instance(step)?.open
        let event = Event.resolved(step: step, as: resolution, evidence: evidence)
        if resolution == .left, let objection = state.objection(to: event) {
            return "RS-LEFT: \(objection)"
        }
        if resolution == .notDone, let why = open.flatMap(stillAlive) {
            return "RS-ALIVE: \(why); what still runs cannot be declared not done"
        }
        try record(event)
        if let open { hands.forget(attempt: open.attempt, act: nil) }
        return nil
    }

    /// Gives the run up; why not, or nil.
    public func abandon(why: String) throws(Fault) -> String? {
        let open = state.front.compactMap(\.open)
        for intent in open { if let alive = stillAlive(intent) { return alive } }
        try record(.abandoned(why: why))
        for intent in open { hands.forget(attempt: intent.attempt, act: nil) }
        return nil
    }

    /// Takes `step` back, or else the last step that can be; the program's end,
    /// or why not.
    public func undo(_ step: String?) throws(Fault) -> (ExitCode?, refusal: String?) {
        guard let step = step ?? state.undoable.first else {
            return (nil, "no step of this run that was tried has an undo")
        }
        if let objection = state.objection(to: .undoing(step: step)) { return (nil, objection) }
        try record(.undoing(step: step))
        return (try proceed(), nil)
    }

    /// Why something of the attempt may still act, or nil.
    private func stillAlive(_ intent: Intent) -> String? {
        guard let instance = state.instance(intent.step) else { return nil }
        let values = state.values(
            for: instance, attempt: intent.attempt, observed: intent.observed)
        guard let act = try? Act(instance.step, attempt: intent.attempt, values) else { return nil }
        let evidence = hands.evidence(
            of: intent.attempt, act: act, boot: intent.boot,
            hostBoot: intent.answers["host-boot"]?.string)
        switch evidence {
        case .alive(let names): return "attempt \(intent.attempt) still lives: \(names)"
        case .unreachable(let why): return "nobody can say whether it still runs: \(why)"
        case .neverStarted, .prevented, .ended: return nil
        }
    }

    /// Ends with the journal in one file.
    public func close() throws(Fault) {
        guard let journal = journal.take() else { return }
        hands.finish()
        do { try journal.close() } catch { throw .journal(error) }
    }

    /// What was pinned of the sources called `source`, by any run.
    func pins(of source: String) throws(Fault) -> Pins {
        do { return try journal?.pins(of: source) ?? Pins() } catch { throw .journal(error) }
    }

    /// Puts a long output beside the journal; nil when the disk takes no more.
    func store(_ bytes: [UInt8]) -> StoredOutput? { try? journal?.storeOutput(bytes) }

    /// All of an output, from the entry or from beside the journal.
    func whole(_ output: JSONValue) -> [UInt8]? {
        if !Kept.isCut(output) { return Kept.bytes(output) }
        return Kept.digest(output).flatMap { try? journal?.output($0) }
    }

    private func proceed() throws(Fault) -> ExitCode {
        while true {
            if let reason = hands.stopReason(), case .running? = state.standing {
                try record(.halted(why: reason))
                return .stopped
            }
            if case .stop(let code) = try turn(state.decide()) { return code }
        }
    }

    private func turn(_ decision: Decision) throws(Fault) -> Turn {
        switch decision {
        case .prepare: return try prepare()
        case .expand(let instance): return try expand(instance)
        case .attempt(let instance): return try attempt(instance)
        case .together(let group, let most): return try together(group, atOnce: most)
        case .settle(let instance, let intent): return try settle(instance, intent)
        case .confirm: return try confirm()
        case .rest(let standing): return .stop(standing.exitCode)
        }
    }

    /// Writes `events` in one commit and then takes them into the state.
    func record(_ events: Event...) throws(Fault) { try record(events) }

    func record(_ events: [Event]) throws(Fault) {
        if events.isEmpty { return }
        // Taken in before it is written, so that one objects to what the one
        // before it allows. A failed write ends this engine: what it held
        // beyond the disk is never acted on.
        for event in events {
            if let objection = state.objection(to: event) {
                throw .history("'\(event.kind)' was about to be written, but \(objection)")
            }
            do { try state.apply(event) } catch { throw .history("\(error)") }
        }
        let kinds = events.map(\.kind).joined(separator: "+")
        precondition(journal != nil, "A closed engine cannot record.")
        hands.reached("before \(kinds)")
        do {
            _ = try journal?.append(events.map(draft))
        } catch {
            if case .full = error { try lastWords(events, error) }
            tellLost(events)
            throw .journal(error)
        }
        hands.reached("after \(kinds)")
        for event in events { narrator.tell(event, state, at: hands.now()) }
    }

    private func draft(_ event: Event) -> Draft {
        Draft(run: run, kind: event.kind, data: event.data)
    }

    /// A full disk: the journal gave its ballast up, and in that room stands
    /// what is known of the world, and why the run halted.
    private func lastWords(_ events: [Event], _ error: JournalError) throws(Fault) {
        let halted = Event.halted(why: "disk full: \(error)")
        let kept = events.filter(\.isResult) + [halted]
        guard (try? journal?.append(kept.map(draft))) != nil else { return }
        throw .journal(error)
    }

    /// What happened and could not be written is told where it may survive.
    private func tellLost(_ events: [Event]) {
        for event in events where event.isResult {
            narrator.unrecorded([
                "run": .string(run), "kind": .string(event.kind), "data": event.data,
            ])
        }
    }

    private func expand(_ instance: StepInstance) throws(Fault) -> Turn {
        guard let each = instance.step.each, let items = state.values[each.list]?.array else {
            return try fail(
                instance, "\(instance.step.each?.list.description ?? "") is no list")
        }
        let ordered: [JSONValue]
        do throws(Expansion.Refusal) {
            ordered = try Expansion.ordered(items, each, state.values)
        } catch {
            return try fail(instance, error.reason)
        }
        try record(.expanded(step: instance.id, items: ordered))
        return .go
    }
}

extension RunState {
    /// Folds stored entries; what objects to its predecessor is damage.
    /// - Parameter run: nil: whose they are; before the first entry somebody has to say so.
    public init(run: String? = nil, replaying entries: [JournalEntry]) throws(Engine.Fault) {
        self.init(run: run ?? entries.first?.run ?? "")
        for entry in entries {
            guard let event = Event(kind: entry.kind, data: entry.data) else {
                throw .history("entry \(entry.sequence) is no event: \(entry.kind)")
            }
            if let objection = objection(to: event) {
                throw .history(
                    "entry \(entry.sequence) ('\(entry.kind)') cannot stand there: \(objection)")
            }
            do { try apply(event) } catch { throw .history("entry \(entry.sequence): \(error)") }
        }
    }
}

extension Event {
    /// It says what has happened already, so losing it loses knowledge.
    var isResult: Bool {
        switch self {
        case .exited, .verdict, .pinned: true
        default: false
        }
    }
}

extension RunState {
    /// Steps that were tried and can be taken back, the last one first.
    public var undoable: [String] {
        instances.filter {
            $0.step.undo != nil && !$0.isTakenBack && ($0.isDone || $0.ordinal > 0)
                && !(isHandingBack && $0.step.gitops == .freeze)
        }.map(\.id).reversed()
    }
}

extension RunState.Standing {
    /// The exit code of a program that leaves the run like this.
    public var exitCode: ExitCode {
        switch self {
        case .recovered, .abandoned: .recovered
        case .running: .stopped
        case .waiting, .unknown: .humanNeeded
        case .failed: .stepFailed
        }
    }
}
