import JSON

/// Something that can keep a pod from running on the node it is bound to: an
/// image that cannot be pulled, a volume that cannot be attached.
protocol PodObstacle: Sendable {
    /// What holds `pod` up now; nil: nothing. Asked in every round of the
    /// kubelet before the pod's start.
    func hold(_ pod: JSONValue, on node: String, in world: World, now: Moment) -> PodHold?
}

/// Why a container waits, in the kubelet's words.
struct PodHold: Hashable, Sendable {
    /// `ImagePullBackOff`, `ContainerCreating`, …
    let reason: String
    let message: String
}
