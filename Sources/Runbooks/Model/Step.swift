/// One declared unit of work.
public struct Step: Hashable, Sendable {
    /// Unique in its runbook; steps of a fragment are `include.step`.
    public let id: String
    public let title: Template
    public var why: Template?
    public var hazard: Template?
    /// Ranges over a list, one value at a time.
    public var each: Each?
    /// Steps it may be worked on with at the same time.
    public var group: Group?
    public var retry: Retry?
    /// Facts read right before an act.
    public var observe: [Observation] = []
    /// Persons who must agree: 0, 1 or 2.
    public var approve = 0
    /// The check that says the effect is there.
    public var goal: Check?
    /// The check that must hold immediately before the act.
    public var guardCheck: Check?
    public var action: Action?
    public var undo: Undo?
    public var effect = Effect.derived
    public var timeout: Duration
    /// How long an effect in flight may still land.
    public var settle: Duration?
    public var capture: [Capture] = []
    /// Output is not kept.
    public var isSilent = false
    public var gitops: GitOps?

    /// What may be done when an attempt's effect is in doubt.
    public enum Effect: String, Hashable, Sendable, CaseIterable {
        /// Repeated once the goal has failed twice, `settle` apart.
        case derived
        /// May be repeated in any case.
        case repeatable
        /// Only a human may say *again*.
        case once
    }

    /// Marks steps that write to a GitOps engine's objects.
    public enum GitOps: String, Hashable, Sendable, CaseIterable { case freeze, resume }

    public init(id: String, title: Template, timeout: Duration) {
        self.id = id
        self.title = title
        self.timeout = timeout
    }
}

/// A fact read before an act.
public struct Observation: Hashable, Sendable {
    /// Known as `observed.name` in the step, as `step.name` behind it.
    public let name: String
    public let question: Question
    /// What an empty answer means.
    public let absent: Absent
    /// Whether it tells no thing from another: a retry reads it anew.
    public let mayChange: Bool

    /// The step is done, or cannot go on.
    public enum Absent: String, Hashable, Sendable, CaseIterable { case done, stop }

    public init(name: String, question: Question, absent: Absent, mayChange: Bool = false) {
        self.name = name
        self.question = question
        self.absent = absent
        self.mayChange = mayChange
    }
}

/// A result kept for the run as `step.name`.
public struct Capture: Hashable, Sendable {
    public let name: String
    /// Pointer into standard output read as JSON; nil takes it as text.
    public let json: String?
    /// Keeps only elements of the list that pass all of them.
    public let filters: [Filter]
    /// Members of each element to keep: name, or name and member, to pointer.
    public let take: [String: String]

    /// Which elements of a list are kept.
    public struct Filter: Hashable, Sendable {
        /// Pointer into the element.
        public let under: String
        public let wanted: Wanted

        /// What has to be so at the place.
        public enum Wanted: Hashable, Sendable {
            /// Some text there or below is this one, or none is.
            case equals(Template), none(Template)
            /// The place names the same repository as this URL.
            case repository(Template)
            /// There is something there, or nothing.
            case present(Bool)
        }

        public init(under: String, _ wanted: Wanted) {
            self.under = under
            self.wanted = wanted
        }
    }

    public init(
        name: String, json: String?, filters: [Filter] = [], take: [String: String] = [:]
    ) {
        self.name = name
        self.json = json
        self.filters = filters
        self.take = take
    }
}

/// How to take a step back; offered, never run by itself.
public struct Undo: Hashable, Sendable {
    public let action: Action
    public let goal: Check?
    public let effect: Step.Effect
    public let timeout: Duration

    public init(action: Action, goal: Check?, effect: Step.Effect, timeout: Duration) {
        self.action = action
        self.goal = goal
        self.effect = effect
        self.timeout = timeout
    }
}
