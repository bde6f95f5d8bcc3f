/// A machine of the estate, as the lab simulates it.
public struct HostDeclaration: Hashable, Sendable {
    /// Whether it runs the cluster's API.
    public enum Role: String, Hashable, Sendable { case server, worker }

    /// As the estate calls it.
    public var name: String
    public var cluster: String
    public var role: Role
    /// The address `sshd` listens on.
    public var address: String
    public var internalAddress: String, externalAddress: String
    /// What `k3s --version` says.
    public var version: String
    /// URL of the cluster's API.
    public var server: String
    /// How a server finds its cluster: nil with SQLite, `cluster-init: true` or
    /// `server: https://…` with an etcd of its own.
    public var founding: String?
    /// The flags of a server's unit, but for a server line.
    public var serverFlags: [String] = []

    public init(
        name: String, cluster: String, role: Role, address: String, internalAddress: String,
        externalAddress: String, version: String, server: String
    ) {
        self.name = name
        self.cluster = cluster
        self.role = role
        self.address = address
        self.internalAddress = internalAddress
        self.externalAddress = externalAddress
        self.version = version
        self.server = server
    }

    /// Every address the machine has.
    public var addresses: [String] {
        Array(Set([address, internalAddress, externalAddress])).sorted()
    }
}
