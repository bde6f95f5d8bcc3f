/// The file servers (NFS) volumes lie on, outside of every cluster, and what
/// each node has mounted from them.
public protocol FileServers: Sendable {
    /// Looks anew at what is outside; called before a round.
    func refresh()
    /// How the server is; one nobody has touched is up.
    func state(of server: String) -> FileServerState
    /// What is mounted on a node.
    func mounts(on node: String) -> [FileMount]
    /// Adds the mount, or replaces the one of the same pod and volume.
    func mount(_ mount: FileMount, on node: String)
    /// Takes the mount away.
    func unmount(_ mount: FileMount, on node: String)
}

/// How a file server is.
public struct FileServerState: Hashable, Sendable {
    /// Whether it answers.
    public var isUp: Bool
    /// Another number is another identity of its file systems: handles from
    /// before are stale.
    public var generation: Int

    public init(isUp: Bool = true, generation: Int = 0) {
        self.isUp = isUp
        self.generation = generation
    }
}
