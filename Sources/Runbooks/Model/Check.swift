/// A read-only question with three answers, or several combined by Kleene's
/// rules.
public indirect enum Check: Hashable, Sendable {
    case question(Question, Expectation)
    case all([Check])
    case any([Check])
    case not(Check)
}

/// What is asked.
public enum Question: Hashable, Sendable {
    /// A local program.
    case run([Argument])
    /// A program on a host.
    case ssh(host: Template, run: [Argument])
    /// kubectl against a cluster.
    case kubectl(at: Template, run: [Argument])
    /// An http or https URL.
    case http(HTTPQuestion)
    /// Whether a port takes connections.
    case tcp(address: Template, port: Template)
    /// What exactly this name server says.
    case dns(server: Template, name: Template, type: String)
    /// Something the tool knows how to show.
    case prove(Proof)
    /// What Git's commit means for the cluster it is for, or what came after it;
    /// without the lines of `agreed`, which somebody has agreed to already.
    case desiredState(
        DesiredStateSubject, source: Template, commit: Template, agreed: Template? = nil)
    /// How this step's last attempt ended.
    case attempt
}

/// What can be asked of a commit of the desired state. The answer is text for
/// a person who is about to agree.
public enum DesiredStateSubject: String, Hashable, Sendable, CaseIterable {
    /// What GitOps would create, change and delete once it is let go at the commit.
    case preview
    /// What of that is a deletion, or may be one; empty when there is none.
    case deletions
    /// What the branch has since then.
    case newer
}

/// The closed list of things the tool itself knows how to show.
public enum Proof: Hashable, Sendable {
    /// The node has no power.
    case poweredOff(node: Template)
    /// Every node of the inventory is Ready, with its version, labels and
    /// taints, and none is out of service.
    case nodesReady(cluster: Template)
    /// Every sealing key of a backup is in the cluster; `from` is the secret
    /// parameter that holds the backup.
    case sealingKeys(cluster: Template, from: Template)
    /// A token opens a datastore's backup; `token` is the secret parameter.
    case datastore(file: Template, token: Template)

    /// Names of all proofs, as `prove` takes them.
    public static let names = ["powered-off", "nodes-ready", "sealing-keys", "datastore"]
}

extension Check {
    /// The questions in it, in order.
    public var questions: [Question] {
        switch self {
        case .question(let question, _): [question]
        case .all(let checks), .any(let checks): checks.flatMap(\.questions)
        case .not(let check): check.questions
        }
    }
}
