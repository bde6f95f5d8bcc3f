/// A directory on a node's disk, or, with an empty node, outside of every
/// machine: on a file server, in a backup store.
public struct VolumePlace: Hashable, Sendable {
    public let node: String
    /// Absolute, as the node itself sees it.
    public let path: String

    public init(node: String, path: String) {
        self.node = node
        self.path = path
    }
}
