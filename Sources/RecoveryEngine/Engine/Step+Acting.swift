internal import JSON
internal import Runbooks

extension Observation {
    /// It is shown to whoever agrees, who is asked anew when it has changed.
    var isOfDesiredState: Bool {
        if case .desiredState = question { true } else { false }
    }
}

extension Step {
    /// What was observed of which thing the step is about: all that a retry must find
    /// as it was.
    func identified(_ observed: JSONValue) -> [String: JSONValue] {
        let fleeting = Set(observe.filter { $0.mayChange || $0.isOfDesiredState }.map(\.name))
        return (observed.object ?? [:]).filter { !fleeting.contains($0.key) }
    }

    /// The effect is a person's work.
    var asksPerson: Bool { if case .ask = action { true } else { false } }

    /// The action is a command, run under a keeper.
    var startsChild: Bool { action?.arguments.isEmpty == false }

    /// Where a step acts.
    enum Place {
        case here
        case cluster(String)
        case host(String)
    }

    func place(_ values: Values) throws(Values.Missing) -> Place {
        switch action {
        case .kubectl(let at, _, _): .cluster(try values.fill(at))
        case .ssh(let host, _, _): .host(try values.fill(host))
        default: .here
        }
    }
}
