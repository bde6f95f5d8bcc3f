import JSON

/// What a Flux controller holds in memory while its pod lives: when it worked at
/// an object last, and at what. A controller that starts works at all of them.
struct FluxQueue: Sendable {
    /// One pass over an object.
    struct Pass: Hashable {
        let at: Moment
        let generation: JSONValue?
        let request: JSONValue?
        /// The artifact it saw.
        let revision: JSONValue?
        /// When to come back without a change.
        let next: Moment
        /// Since when it waits for what it applied to be healthy.
        var waitingSince: Moment?
    }

    /// UID of its pod.
    let pod: String
    var passes: [String: Pass] = [:]

    /// Whether `object` has changed since its last pass, or it is time.
    func wants(_ object: JSONValue, revision: JSONValue?, now: Moment) -> Bool {
        guard let last = passes[object.uid] else { return true }
        return last.generation != object.at("metadata", "generation")
            || last.request != object.annotations[FluxNames.requested]
            || last.revision != revision || now >= last.next || object.isTerminating
    }

    mutating func note(
        _ object: JSONValue, revision: JSONValue?, next: Duration, waitingSince: Moment? = nil,
        now: Moment
    ) {
        passes[object.uid] = Pass(
            at: now, generation: object.at("metadata", "generation"),
            request: object.annotations[FluxNames.requested], revision: revision,
            next: now.adding(next), waitingSince: waitingSince)
    }

    /// Forgets what is gone.
    mutating func keep(_ uids: Set<String>) { passes = passes.filter { uids.contains($0.key) } }
}
