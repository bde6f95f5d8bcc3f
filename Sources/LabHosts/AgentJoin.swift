/// What an agent says of itself when it joins its cluster.
public struct AgentJoin: Hashable, Sendable {
    /// The machine it runs on, and the node name it asks for.
    public let host: String, nodeName: String
    /// URL of the server, and the token, as configured on the machine.
    public let server: String, token: String
    /// What stands in `/etc/rancher/node/password`.
    public let password: String
    public let internalAddress: String, externalAddress: String
    public let machineID: String, bootID: String
    /// Labels and taints from the machine's own configuration.
    public let labels: [String], taints: [String]
}
