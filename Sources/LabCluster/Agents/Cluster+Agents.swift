import Digest
public import JSON
import Synchronization

extension Cluster {
    /// Takes a node agent: a new Node for a new name, the same Node for a known
    /// one, whose heartbeats then resume.
    ///
    /// - Throws: `JoinRefusal` when token or node password do not fit.
    public func agentConnected(_ report: AgentReport) throws(JoinRefusal) {
        let presented = JoinToken(report.token)
        let own = JoinToken(password)
        if !report.isCertified, !admits(report.token),
            let refusal = presented.refusal(by: own, authorityDigest: authority.certificateDigest)
        {
            throw refusal
        }
        var refusal: JoinRefusal?
        do {
            try update { world in
                refusal = report.isCertified ? nil : Self.refusal(report, world)
                guard refusal == nil else { return [] }
                let existing = world.object(.nodes, nil, report.nodeName)
                var node = Registration.node(report, existing: existing)
                // Known before the Node is stored: the Secret names it as its owner.
                if node.uid.isEmpty { node.set("metadata", "uid", to: .string(UID.random())) }
                let secret = report.isCertified ? nil : Self.secret(report, node, in: world)
                return [.put(node)] + [secret].compactMap { $0 }
            }
            if let refusal { throw refusal }
            if report.isCertified {
                return setAgent(
                    report.nodeName, isConnected: true, staticPods: report.staticPods)
            }
        } catch let refusal as JoinRefusal {
            throw refusal
        } catch {
            throw .serverError("\(error)")
        }
        setAgent(report.nodeName, isConnected: true)
    }

    /// The agent is gone: no heartbeats any more. The node and its pods keep
    /// their last state until the control plane notices.
    public func agentGone(_ nodeName: String) {
        let now = Moment.now
        store.withLock { store in
            var agent =
                store.world.agents[nodeName] ?? World.Agent(isConnected: true, lastSeen: now)
            if agent.isConnected { agent.heard = max(agent.heard, store.world.revision) }
            agent.isConnected = false
            agent.lastSeen = now
            store.setAgent(nodeName, agent)
        }
    }

    /// The kubelet of this node found other static pods.
    public func agentRuns(_ nodeName: String, staticPods: [JSONValue]) {
        guard hears(nodeName) else { return }
        setAgent(nodeName, isConnected: true, staticPods: staticPods)
    }

    func setAgent(
        _ name: String, isConnected: Bool, staticPods: [JSONValue] = [], now: Moment = .now
    ) {
        let agent = World.Agent(
            isConnected: isConnected, lastSeen: now, staticPods: staticPods,
            authority: authority.certificateDigest)
        store.withLock { $0.setAgent(name, agent) }
    }

    /// Whether the agent of this node is in touch.
    public func hears(_ nodeName: String) -> Bool {
        world.agents[nodeName]?.isConnected == true
    }

    /// Whether the agent of this node is in touch and does what it is told.
    public func leads(_ nodeName: String) -> Bool { world.isLed(nodeName) }

    private static func refusal(_ report: AgentReport, _ world: World) -> JoinRefusal? {
        guard let secret = world[NodePassword.key(report.nodeName)],
            !NodePassword.matches(secret, password: report.nodePassword)
        else { return nil }
        return .nodePasswordRejected(node: report.nodeName)
    }

    /// The Secret, if there is none or it still names a former Node as owner.
    private static func secret(
        _ report: AgentReport, _ node: JSONValue, in world: World
    ) -> Write? {
        guard var secret = world[NodePassword.key(report.nodeName)] else {
            return .put(
                NodePassword.secret(
                    password: report.nodePassword, node: node, salt: Random.bytes(8)))
        }
        var owner =
            secret.owners.first ?? ["apiVersion": "v1", "kind": "Node", "name": .string(node.name)]
        owner["uid"] = .string(node.uid)
        secret.set("metadata", "ownerReferences", to: [owner])
        return .put(secret)
    }
}
