public import JSON

/// A fact about a run. The closed list: a new kind is new power, and a new
/// release.
public enum Event: Hashable, Sendable {
    /// The run exists; `plan` is all it needs from here on.
    case began(plan: JSONValue)
    /// Every prerequisite was asked; the answers.
    case prerequisites([JSONValue])
    /// A step that ranges over a captured list became one for each element.
    case expanded(step: String, items: [JSONValue])
    /// A person is asked to agree to exactly this attempt.
    case approvalAsked(Approval)
    /// From here on the world may change.
    case intent(Intent)
    /// The child, the remote unit or the person is done.
    case exited(Exited)
    /// What an attempt came to, or a goal that held without one.
    case verdict(VerdictRecord)
    /// A commit was proven and pinned.
    case pinned(JSONValue)
    /// A human must do or decide something; `step` nil means the end checks.
    case waiting(step: String?, why: String)
    /// A step cannot go on as it is, before it acted.
    case failed(step: String, why: String)
    /// Somebody took the run up again.
    case resumed
    /// Somebody takes a step back.
    case undoing(step: String)
    /// The engine stopped on purpose.
    case halted(why: String)
    /// A person settled what the tool could not.
    case resolved(step: String, as: Resolution, evidence: String)
    case recovered([JSONValue])
    case abandoned(why: String)
}

/// What a person is asked to agree to; all of it is bound by `digest`.
public struct Approval: Hashable, Sendable {
    public let step: String
    public let ordinal: Int
    /// What was observed, shown to the approver and used if approved.
    public let observed: JSONValue
    /// The bound argument list.
    public let action: JSONValue
    /// Persons needed.
    public let persons: Int
    /// Wall time, ms since 1970.
    public let expires: Int
    /// SHA-256 over plan digest, step, ordinal, action and expiry.
    public let digest: String
}

/// One try of one step, before it acts.
public struct Intent: Hashable, Sendable {
    public let step: String
    /// 1 for the first try.
    public let ordinal: Int
    /// Unique; also the name of the attempt's lock and remote unit.
    public let attempt: String
    public let observed: JSONValue
    public let action: JSONValue
    /// The goal's and the guard's answers that led here.
    public let answers: JSONValue
    /// Digest of the approval used, and who gave it.
    public let approval: JSONValue
    public let boot: String
    /// CLOCK_BOOTTIME in ns at which the attempt's timeout started.
    public let monotonic: Int
    /// Wall time of the same moment, ms since 1970.
    public let wall: Int
}

/// How an attempt's act ended.
public struct Exited: Hashable, Sendable {
    public let attempt: String
    /// `exit 0`, `signal 9`, `answered`, `not started`, …
    public let ending: String
    /// Exit code, if it exited.
    public let code: Int?
    /// What it printed, redacted and bounded; empty when the step is silent.
    public let stdout: JSONValue
    public let stderr: JSONValue
    /// New ssh host keys taken with the answer: node to key.
    public let hostKeys: JSONValue
}

/// What an attempt came to.
public enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// The effect is there.
    case done
    /// It is proven not there, and nothing of the attempt lives.
    case absent
    /// It is not there after the attempt's time.
    case failed
    /// Nobody knows.
    case unknown
}

/// A verdict and its reason.
public struct VerdictRecord: Hashable, Sendable {
    public let step: String
    /// nil when the goal held before anything was tried.
    public let attempt: String?
    public let verdict: Verdict
    public let why: String
    /// Values kept: observed facts and captures.
    public let captured: JSONValue
}
