import JSON

/// The kubelet's events about images that cannot be had.
struct ImageEvents: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        world.all(.pods).flatMap { pod -> [Write] in
            guard pod.phase == "Pending" else { return [] }
            let waiting = (pod.at("status", "containerStatuses")?.array ?? [])
                .compactMap { status -> (image: String, waiting: JSONValue)? in
                    guard let waiting = status.at("state", "waiting") else { return nil }
                    return (status["image"]?.string ?? "", waiting)
                }.first
            guard let waiting, let node = pod.nodeName else { return [] }
            let error = waiting.waiting["message"]?.string ?? ""
            let texts: [(reason: String, message: String)]
            switch waiting.waiting["reason"]?.string {
            case "ErrImagePull":
                texts = [
                    ("Failed", "Failed to pull image \"\(waiting.image)\": \(error)"),
                    ("Failed", "Error: ErrImagePull"),
                ]
            case "ImagePullBackOff":
                texts = [
                    ("BackOff", "Back-off pulling image \"\(waiting.image)\""),
                    ("Failed", "Error: ImagePullBackOff"),
                ]
            case "ErrImageNeverPull":
                texts = [("ErrImageNeverPull", error)]
            default: texts = []
            }
            return texts.compactMap { event(pod, node, $0.reason, $0.message, world, now) }
        }
    }

    /// One event for each message; nil where there is one already.
    private func event(
        _ pod: JSONValue, _ node: String, _ reason: String, _ message: String, _ world: World,
        _ now: Moment
    ) -> Write? {
        let name = "\(pod.name).\(Naming.suffix(pod.uid + reason + message, length: 16))"
        guard world.object(.events, pod.namespace, name) == nil else { return nil }
        return .put([
            "apiVersion": "v1", "kind": "Event", "type": "Warning", "reason": .string(reason),
            "metadata": ["name": .string(name), "namespace": .string(pod.namespace)],
            "involvedObject": [
                "apiVersion": "v1", "kind": "Pod", "name": .string(pod.name),
                "namespace": .string(pod.namespace), "uid": .string(pod.uid),
                "fieldPath": "spec.containers",
            ],
            "message": .string(message), "count": 1, "firstTimestamp": .string(now.text),
            "lastTimestamp": .string(now.text), "reportingComponent": "kubelet",
            "reportingInstance": .string(node),
            "source": ["component": "kubelet", "host": .string(node)],
        ])
    }
}
