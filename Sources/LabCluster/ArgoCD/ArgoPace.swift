/// How fast Argo CD's clocks run. In life an application is looked at anew
/// every three minutes; everything else is scaled by the same factor.
public struct ArgoPace: Sendable {
    /// Time between two looks at Git.
    public var refresh: Duration

    public init(refresh: Duration = .seconds(3)) { self.refresh = refresh }

    /// Five seconds in life: the least time between two repairs of drift, and
    /// before the first retry of a failed sync.
    var step: Duration { refresh / 36 }
}
