/// What a step does.
public enum Action: Hashable, Sendable {
    /// A local program.
    case run([Argument], StandardInput)
    /// A program on a host, as a unit that outlives the connection.
    case ssh(host: Template, run: [Argument], StandardInput)
    /// kubectl against a cluster.
    case kubectl(at: Template, run: [Argument], StandardInput)
    /// A person does it and confirms; `rekey` names a node whose new ssh host
    /// key is taken with the answer.
    case ask(rekey: Template?)
    /// Nothing but an entry in the journal.
    case note
    /// Fetches a source, proves its newest commit and pins it.
    case pin(source: Template)
}

extension Action {
    /// Whether something outside the journal may change.
    public var acts: Bool {
        switch self {
        case .run, .ssh, .kubectl, .ask: true
        case .note, .pin: false
        }
    }

    /// The argument list, if the action has one.
    public var arguments: [Argument] {
        switch self {
        case .run(let run, _), .ssh(_, let run, _), .kubectl(_, let run, _): run
        case .ask, .note, .pin: []
        }
    }

    /// What the child reads.
    public var input: StandardInput {
        switch self {
        case .run(_, let input), .ssh(_, _, let input), .kubectl(_, _, let input): input
        case .ask, .note, .pin: .none
        }
    }
}
