import Synchronization

extension Cluster {
    /// What its agents know of it; for who opens it again, for they run on meanwhile.
    public var agents: AgentMemories {
        let world = world
        return AgentMemories(
            agents: world.agents.filter { !$0.value.authority.isEmpty }.mapValues { agent in
                var agent = agent
                if agent.isConnected { agent.heard = max(agent.heard, world.revision) }
                agent.isConnected = false
                return agent
            })
    }

    /// The agents of the cluster it was before; none is in touch yet.
    public func remember(_ memories: AgentMemories) {
        let now = Moment.now
        for (name, agent) in memories.agents where !hears(name) {
            var agent = agent
            agent.lastSeen = now
            store.withLock { $0.setAgent(name, agent) }
        }
    }

    /// An agent that ran all the time finds its server again, with the certificate it has:
    /// neither token nor password is asked for. Its watches go on where they were. What
    /// has an older revision than that, as everything behind a restore has, it never sees.
    ///
    /// - Throws: `JoinRefusal` when only a start of the agent helps.
    public func agentReturned(_ nodeName: String) throws(JoinRefusal) {
        let (now, digest) = (Moment.now, authority.certificateDigest)
        let refusal = store.withLock { store -> JoinRefusal? in
            guard var agent = store.world.agents[nodeName], !agent.isConnected else { return nil }
            guard agent.authority == digest else { return .unknownAuthority }
            guard store.world.object(.nodes, nil, nodeName) != nil else {
                return .unknownNode(nodeName)
            }
            agent.isConnected = true
            agent.lastSeen = now
            if agent.heard > store.world.revision { agent.isDeaf = true }
            store.setAgent(nodeName, agent)
            return nil
        }
        if let refusal { throw refusal }
    }
}

/// What the agents of a cluster know of it while it is away.
public struct AgentMemories: Sendable {
    let agents: [String: World.Agent]
}
