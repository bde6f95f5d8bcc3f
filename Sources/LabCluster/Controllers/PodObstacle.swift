import JSON

/// Something that can keep a pod from running on the node it is bound to: an
/// image that cannot be pulled, a volume that cannot be attached.
protocol PodObstacle: Sendable {
    /// What holds `pod` up now; nil: nothing. Asked in every round of the
    /// kubelet before the pod's start, and again while its containers wait.
    func hold(_ pod: JSONValue, on node: String, in world: World, now: Moment) -> PodHold?

    /// What ails a pod that runs; nil: nothing. It stays and is not ready.
    func interruption(of pod: JSONValue, on node: String, in world: World, now: Moment) -> PodHold?

    /// Whether the kubelet cannot end `pod`, though it was asked to.
    func keeps(_ pod: JSONValue, on node: String, in world: World) -> Bool
}

extension PodObstacle {
    func interruption(of pod: JSONValue, on node: String, in world: World, now: Moment) -> PodHold?
    { nil }

    func keeps(_ pod: JSONValue, on node: String, in world: World) -> Bool { false }
}

/// Why a container waits, in the kubelet's words.
struct PodHold: Hashable, Sendable {
    /// `ImagePullBackOff`, `ContainerCreating`, …
    let reason: String
    let message: String
    /// Set when the container did start and ended at once with this code:
    /// `message` is then what it wrote last.
    var exitCode: Int?
    /// Reason of the Warning event that goes with it, such as `FailedMount`.
    var event: String?
}
