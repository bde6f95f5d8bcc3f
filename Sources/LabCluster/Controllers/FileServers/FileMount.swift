/// A pod's volume from a file server, as it stands in the mount table of a node.
public struct FileMount: Hashable, Sendable {
    /// The pod's UID, and the name of its volume or PersistentVolume.
    public let pod: String, volume: String
    public let server: String
    /// What the server exports.
    public let path: String
    /// Where it stands on the node.
    public let target: String
    /// Identity of the file system when it was mounted.
    public var generation: Int
    /// The kubelet hangs in it: the pod was forced away while the server was.
    public var isStuck: Bool
    /// Taken off by hand (`umount -f -l`): only those who had it open still do.
    public var isDetached: Bool

    public init(
        pod: String, volume: String, server: String, path: String, target: String,
        generation: Int, isStuck: Bool = false, isDetached: Bool = false
    ) {
        self.pod = pod
        self.volume = volume
        self.server = server
        self.path = path
        self.target = target
        self.generation = generation
        self.isStuck = isStuck
        self.isDetached = isDetached
    }

    /// Whether `other` is the same pod's same volume.
    func isSame(as other: FileMount) -> Bool { pod == other.pod && volume == other.volume }
}
