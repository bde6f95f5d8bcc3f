public import JSON

/// How the machines tell the rest of the world what happens on them.
public struct HostEvents: Sendable {
    /// An agent wants to join; the answer is the refusal, or nil.
    public var join: @Sendable (AgentJoin) -> String?
    /// An agent that has joined and runs looks for its server again; the answer is the
    /// refusal, or nil.
    public var again: @Sendable (AgentJoin) -> String? = { _ in nil }
    /// The agent of this machine, under this node name, is gone.
    public var gone: @Sendable (_ host: String, _ nodeName: String) -> Void
    /// A cluster's server process started on this machine and asks what to do;
    /// the call lasts as long as it lives.
    public var server: @Sendable (_ host: String, _ question: JSONValue, LineSocket) -> Void
    /// A command of k3s its server answers: what it prints and how it exits.
    public var k3s: @Sendable (_ host: String, _ question: JSONValue) -> JSONValue = { _, _ in [:] }
    /// Something was changed on a machine.
    public var changed: @Sendable (HostChange) -> Void
    /// A request that changes a machine passes here: it calls `apply`, now or
    /// later or never, and says whether its client shall be answered.
    public var pass: @Sendable (_ path: String, _ isGone: () -> Bool, _ apply: () -> Void) -> Bool

    /// The containers the cluster has on this machine; nil: it does not say.
    public var containers: @Sendable (_ host: String) -> [PodContainer]? = { _ in nil }
    /// All containers of this machine were ended, behind the cluster's back.
    public var containersEnded: @Sendable (_ host: String) -> Void = { _ in }
    /// The addresses of a name, as this machine's resolver finds them in DNS.
    public var lookUp: @Sendable (_ host: String, _ name: String) -> [String] = { _, _ in [] }
    /// What a file server exports; nil: it does not answer.
    public var exports: @Sendable (_ server: String) -> [String]? = { _ in nil }
    /// Pulls an image onto this machine; nil, or why that failed.
    public var pull: @Sendable (_ host: String, _ image: String) -> String? = { _, _ in
        "the lab has no registry"
    }
    /// The static pods this machine's kubelet runs now, as text of their
    /// manifests by file name; called whenever they change, and with none when
    /// the machine loses its power. They run on when the kubelet stops.
    public var staticPods: @Sendable (_ host: String, _ manifests: [String: String]) -> Void = {
        _, _ in
    }
    /// Why the cluster does not take a kubelet that has joined any more; nil
    /// while it does.
    public var refusal: @Sendable (AgentJoin) -> String? = { _ in nil }
    /// What the server gives an agent of k3s at its start: files by name.
    public var agentFiles: @Sendable (AgentJoin) -> [String: String] = { _ in [:] }
    /// Another certificate for a kubelet that asks for one; nil: nobody signs.
    public var kubeletCertificate: @Sendable (AgentJoin) -> String? = { _ in nil }
    /// A command of kubeadm on this machine: what it prints, how it exits, and
    /// what it is to write; empty for what is not simulated.
    public var kubeadm: @Sendable (_ host: String, _ question: JSONValue) -> JSONValue = { _, _ in
        [:]
    }
    /// Other nodes, as this node's WireGuard network knows them.
    public var peers: @Sendable (_ host: String) -> [WireGuardPeer] = { _ in [] }

    public init(
        join: @escaping @Sendable (AgentJoin) -> String?,
        gone: @escaping @Sendable (_ host: String, _ nodeName: String) -> Void,
        server: @escaping @Sendable (_ host: String, JSONValue, LineSocket) -> Void,
        changed: @escaping @Sendable (HostChange) -> Void,
        pass: @escaping @Sendable (String, () -> Bool, () -> Void) -> Bool = { _, _, apply in
            apply()
            return true
        }
    ) {
        self.join = join
        self.gone = gone
        self.server = server
        self.changed = changed
        self.pass = pass
    }
}
