/// A runbook that is meant for a cluster: what a recovery would be made of.
public struct RecoveryPath: Hashable, Sendable {
    /// One step: what it is, and how many persons have to agree.
    public struct Step: Hashable, Sendable {
        public let title: String
        public let approvals: Int

        public init(title: String, approvals: Int) {
            self.title = title
            self.approvals = approvals
        }
    }

    /// The cluster, and the runbook's name, version and title.
    public let cluster: String
    public let runbook: String
    public let version: String
    public let title: String
    /// How it is typed.
    public let command: String
    /// The time it shall take, in minutes.
    public let objective: Int?
    public let prerequisites: [String]
    public let steps: [Step]

    public init(
        cluster: String, runbook: String, version: String, title: String, command: String,
        objective: Int?, prerequisites: [String], steps: [Step]
    ) {
        self.cluster = cluster
        self.runbook = runbook
        self.version = version
        self.title = title
        self.command = command
        self.objective = objective
        self.prerequisites = prerequisites
        self.steps = steps
    }
}
