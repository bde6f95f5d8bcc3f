public import YAML

/// One YAML document of `runbooks/`.
///
/// Steps, prerequisites and recovered checks stay YAML nodes until they are
/// bound: binding fills templates, splices fragments and lists, and the bound
/// document is decoded again. So the journal holds the plan in the runbook's
/// own language, and there is one decoder.
public struct Runbook: Sendable {
    public let name: String
    public let version: String
    public let title: String
    /// What has happened when it is needed, in a responder's words.
    public let situation: String?
    /// Facts a cluster must have: path to allowed values.
    public let appliesTo: [(path: FactPath, values: [String])]
    /// The time the recovery shall take.
    public let objective: Duration?
    /// The most targets one run may change.
    public let maxTargets: Int
    /// How many of a cluster's nodes must be left unchanged.
    public let minSurvivors: Int
    public let parameters: [Parameter]
    public let prerequisites: [YAMLNode]
    public let steps: [YAMLNode]
    public let recovered: [YAMLNode]
    public let document: Document
}

/// A reusable list of steps in `runbooks/fragments/`.
public struct Fragment: Sendable {
    public let name: String
    public let version: String
    /// The names `with` must give.
    public let parameters: [String]
    public let steps: [YAMLNode]
    public let document: Document
}

/// A condition that must hold before the first change.
public struct Prerequisite: Hashable, Sendable {
    public let id: String
    public let title: Template
    public let check: Check
    /// What to do when it does not hold.
    public let otherwise: Template?
}

/// A condition that says the estate is back.
public struct Recovery: Hashable, Sendable {
    public let id: String
    public let title: Template
    public let within: Duration
    public let check: Check
}
