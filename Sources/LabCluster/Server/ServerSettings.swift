/// How a server is started: its configuration files, flags and environment in
/// one, as far as they concern the control plane.
public struct ServerSettings: Hashable, Sendable {
    public var nodeName: String
    /// The address other servers reach it at.
    public var address: String
    /// Every address and name its certificates are for.
    public var names: [String]
    /// What `--token`, `--token-file` or their like say.
    public var token: String?
    /// The server to join.
    public var joinURL: String?
    public var clusterInit = false
    /// `--cluster-reset`, and the snapshot to restore.
    public var isReset = false
    public var restorePath: String?
    /// Whether snapshots go to object storage.
    public var usesS3 = false
    /// Settings every server of a cluster must share, by flag.
    public var critical: [String: [String]] = [:]

    public init(nodeName: String, address: String, names: [String]) {
        self.nodeName = nodeName
        self.address = address
        self.names = names
    }
}
