internal import RecoveryEngine

/// What shows a run under way. Times are ms since 1970 that never go back.
protocol ProgressView: Sendable {
    /// An entry was written.
    mutating func tell(_ event: Event, _ state: RunState, at now: Int)
    /// A check is asked again.
    mutating func hear(_ step: String, _ finding: Finding, at now: Int)
    /// Nothing is asked for so many ms, and why.
    mutating func rest(_ step: String, _ length: Int, _ why: String, at now: Int)
    /// Something the operator should know.
    mutating func note(_ text: String, at now: Int)
    /// Time has passed.
    mutating func tick(at now: Int)
    /// A person is asked now: the terminal is theirs.
    mutating func pause(at now: Int)
    /// Nothing more comes.
    mutating func finish(at now: Int)
}
