/// The container runtimes of a cluster's nodes, as their kubelets ask them.
///
/// It answers at once from what it knows: looking into a node's files and
/// pulling is done elsewhere, outside the cluster's lock.
public protocol NodeImages: Sendable {
    /// How far the image of `request` is; asking makes it begin.
    func state(_ request: ImageRequest) -> ImageState
}

/// A kubelet's wish for one image of one pod.
public struct ImageRequest: Hashable, Sendable {
    /// When a registry is asked though the node may have the image.
    public enum Policy: String, Hashable, Sendable {
        case always = "Always"
        case ifNotPresent = "IfNotPresent"
        case never = "Never"
    }

    /// Uid of the pod.
    public let pod: String
    public let node: String
    /// As it stands in the pod.
    public let image: String
    public let policy: Policy
    /// What the node is, such as `arm64`; empty if nobody knows.
    public let architecture: String

    public init(
        pod: String, node: String, image: String, policy: Policy, architecture: String
    ) {
        self.pod = pod
        self.node = node
        self.image = image
        self.policy = policy
        self.architecture = architecture
    }
}

/// How far an image is on a node.
public enum ImageState: Hashable, Sendable {
    case ready
    case pulling
    /// The runtime's error; `waits` between two attempts.
    case failed(String, waits: Bool)
    /// It is here, for machines of another kind.
    case wrongArchitecture
}
