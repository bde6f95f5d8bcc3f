public import JSON

/// The port to the world. Nothing here throws: what goes wrong is an answer.
public protocol Hands {
    /// Boot time, wall time and boot id.
    func now() -> Moment
    /// Waits so long.
    func sleep(_ duration: Duration)
    /// Asks a read-only question.
    func ask(_ request: Request, deadline: Duration) -> Reply
    /// Whether the cluster is the one the binding names.
    func identity(cluster: String) -> Finding
    /// Takes the attempt's lock, before its intent; why not, or nil.
    func lock(attempt: String) -> String?
    /// The boot id of a host; *holds* with the id as reason.
    func hostBoot(_ node: String) -> Finding
    /// Performs `act` under a keeper.
    func perform(_ act: Act) -> Performed
    /// Starts `act` under a keeper and does not wait for it.
    func start(_ act: Act)
    /// Acts that were started and have ended; waits for one, at most so long.
    func ended(within limit: Duration) -> [(attempt: String, performed: Performed)]
    /// What is known of an attempt nobody watched.
    /// `boot` is this machine's boot id at the intent, `hostBoot` the host's.
    func evidence(of attempt: String, act: Act?, boot: String, hostBoot: String?) -> Evidence
    /// All that an ended attempt printed, redacted; nil when some may be lost.
    func output(of attempt: String, act: Act) -> (stdout: [UInt8], stderr: [UInt8])?
    /// Removes what only served to find out about the attempt; with `act` also
    /// what it left on its host.
    func forget(attempt: String, act: Act?)
    /// Fetches `source` and proves its newest commit, after what was pinned before.
    func pin(source: String, after pins: Pins, attempt: String) -> Pinning
    /// Asks a person to agree.
    func approve(_ approval: Approval, question: String, target: String) -> Consent
    /// Asks a person to do something and to say so.
    func confirm(attempt: String, question: String, rekey: String?) -> Consent
    /// A replaced machine's host key, from now on the one that counts.
    func adopt(hostKey: String, node: String)
    /// Ends what was kept up for the run's questions.
    func finish()
    /// Whether somebody wants the run to stop.
    func stopReason() -> String?
    /// Whether it shall stop at once, not after the step.
    func mustStop() -> Bool
    /// A named place in the engine's work; tests stop it there.
    func reached(_ point: String)
    /// The longest an effect in flight may still land, when the step is silent on it.
    func settle(_ step: Duration?) -> Duration
}

/// A moment on both clocks.
public struct Moment: Hashable, Sendable {
    /// CLOCK_BOOTTIME, ns.
    public let monotonic: Int
    /// ms since 1970.
    public let wall: Int
    public let boot: String

    public init(monotonic: Int, wall: Int, boot: String) {
        self.monotonic = monotonic
        self.wall = wall
        self.boot = boot
    }
}

/// How an act went.
public enum Performed: Hashable, Sendable {
    /// Nothing was started, so nothing changed.
    case notStarted(String)
    /// It ended; `descendants` names what of it still lives.
    case ended(Exit, stdout: [UInt8], stderr: [UInt8], descendants: String?)
    /// It was started where it can no longer be seen.
    case lost(String)
}

/// What a person said.
public enum Consent: Hashable, Sendable {
    /// Yes; who, and a replaced machine's host key if one was asked for.
    case given(by: JSONValue, hostKey: String?)
    case declined(String)
    /// Nobody is there to ask; what to do.
    case nobody(String)
}

/// How a pin went.
public enum Pinning: Hashable, Sendable {
    /// Commit, tree, source and what was proven.
    case pinned(JSONValue)
    /// It does not descend, or its tree is not to be trusted.
    case refuted(String)
    case failed(String)
}

/// Tells a person what happens.
public protocol Narrator {
    func tell(_ event: Event, _ state: RunState, at moment: Moment)
    /// A check is asked again and again.
    func waiting(_ step: String, _ finding: Finding)
    /// An entry that could not be written: it must be told where it survives.
    func unrecorded(_ entry: JSONValue)
    /// Nothing is asked for so long, and why.
    func pausing(_ step: String, _ duration: Duration, _ why: String)
}
