public import YAML

/// Why there is no plan.
public enum PlanError: Error, Sendable {
    /// The documents are wrong: exit 3.
    case input([Diagnostic])
    /// The command line is wrong: exit 2.
    case usage([String])
    /// A fact is unknown or a condition of the estate is not met: exit 4.
    case estate([String])
}
