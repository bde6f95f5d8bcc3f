import JSON

/// What of a source counts: a branch or a tag.
enum Reference {
    case branch(String)
    case tag(String)

    /// From `--branch` or `--tag`, of which there is exactly one.
    init(_ invocation: Invocation) throws(Refusal) {
        switch (invocation.value("branch"), invocation.value("tag")) {
        case (let branch?, nil): self = .branch(try RefName.name(branch))
        case (nil, let tag?): self = .tag(try RefName.name(tag))
        default: throw Refusal.usage("exactly one of --branch and --tag says what counts")
        }
    }

    /// Its word and its name.
    private var parts: (kind: String, name: String) {
        switch self {
        case .branch(let name): ("branch", name)
        case .tag(let name): ("tag", name)
        }
    }

    /// Both, for a person.
    var text: String { "\(parts.kind) \(parts.name)" }

    /// Both, for a machine.
    var json: (key: String, value: JSONValue) { (parts.kind, .string(parts.name)) }

    // MARK: refs

    /// Its ref in the source.
    var origin: String {
        switch self {
        case .branch(let name): "refs/heads/\(name)"
        case .tag(let name): "refs/tags/\(name)"
        }
    }

    /// Where a fetch puts what has not been proven. A branch may be called
    /// `tags/v1`, so tags have a corner of their own.
    func incoming(attempt: String) -> String {
        switch self {
        case .branch(let name): "refs/incoming/\(attempt)/\(name)"
        case .tag(let name): "refs/incoming-tags/\(attempt)/\(name)"
        }
    }

    /// Where a proven commit of it is kept.
    var verified: String {
        switch self {
        case .branch(let name): "refs/verified/\(name)"
        case .tag(let name): "refs/verified-tags/\(name)"
        }
    }
}
