import JSON

/// Which processors an image is built for.
public protocol ImageArchitectures: Sendable {
    /// `amd64`, `arm64`, … of `image`; nil where nobody knows, which means any.
    func architectures(of image: String) -> Set<String>?
}

/// An image for other processors is pulled and started all the same, and ends
/// at once.
struct ArchitectureObstacle: PodObstacle {
    let images: any ImageArchitectures

    func hold(_ pod: JSONValue, on node: String, in world: World, now: Moment) -> PodHold? {
        let own = world.object(.nodes, nil, node)?.at("status", "nodeInfo", "architecture")?.string
        guard let own else { return nil }
        for container in pod.at("spec", "containers")?.array ?? [] {
            guard let known = images.architectures(of: container["image"]?.string ?? ""),
                !known.contains(own)
            else { continue }
            let program =
                container["command"]?[0]?.string ?? "/\(container["name"]?.string ?? "")"
            return PodHold(
                reason: "Error", message: "exec \(program): exec format error", exitCode: 255)
        }
        return nil
    }
}
