import JSON

/// A pod waits for its images: kubelet's words for a pull that fails.
struct ImageObstacle: PodObstacle {
    let images: any NodeImages

    func hold(_ pod: JSONValue, on node: String, in world: World, now: Moment) -> PodHold? {
        for request in Self.requests(pod, on: node, in: world) {
            if let hold = hold(for: request) { return hold }
        }
        return nil
    }

    /// What the kubelet of `node` asks its runtime for.
    static func requests(_ pod: JSONValue, on node: String, in world: World) -> [ImageRequest] {
        let labels = world.object(.nodes, nil, node)?.labels
        let architecture = labels?["kubernetes.io/arch"]?.string ?? ""
        let containers =
            (pod.at("spec", "initContainers")?.array ?? [])
            + (pod.at("spec", "containers")?.array ?? [])
        return containers.compactMap { container in
            guard let image = container["image"]?.string else { return nil }
            let last = image.split(separator: "/").last ?? ""
            let isLatest = !last.contains("@") && (!last.contains(":") || last.hasSuffix(":latest"))
            let policy =
                container["imagePullPolicy"]?.string.flatMap(ImageRequest.Policy.init(rawValue:))
                ?? (isLatest ? .always : .ifNotPresent)
            return ImageRequest(
                pod: pod.uid, node: node, image: image, policy: policy, architecture: architecture)
        }
    }

    private func hold(for request: ImageRequest) -> PodHold? {
        let image = request.image
        switch images.state(request) {
        case .ready: return nil
        case .pulling: return PodHold(reason: "ContainerCreating", message: "")
        case .failed(_, _) where request.policy == .never:
            return PodHold(
                reason: "ErrImageNeverPull",
                message:
                    "Container image \"\(image)\" is not present with pull policy of Never")
        case .failed(let error, waits: false):
            return PodHold(reason: "ErrImagePull", message: error)
        case .failed(let error, waits: true):
            return PodHold(
                reason: "ImagePullBackOff",
                message: "Back-off pulling image \"\(image)\": ErrImagePull: \(error)")
        case .wrongArchitecture:
            return PodHold(
                reason: "CrashLoopBackOff", message: "exec format error", exitCode: 255)
        }
    }
}
