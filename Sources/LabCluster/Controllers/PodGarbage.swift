import JSON

/// Removes pods no kubelet will ever end: pods of a node that does not exist,
/// and terminating pods of a node that is down *and* declared out of service.
/// Volume attachments go the same way once no pod of the node is left.
///
/// On a node that is ready the out-of-service taint forces nothing.
struct PodGarbage: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        let nodes = Dictionary(world.all(.nodes).map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        let pods = world.all(.pods)
        let doomed = pods.filter { pod in
            guard let name = pod.nodeName else { return false }
            guard let node = nodes[name] else { return true }
            return pod.isTerminating && isOutOfService(node)
        }
        let staying = Set(pods.filter { !doomed.contains($0) }.compactMap(\.nodeName))
        let attachments = world.all(.volumeAttachments).filter { attachment in
            let name = attachment.at("spec", "nodeName")?.string ?? ""
            return !staying.contains(name) && (nodes[name].map(isOutOfService) ?? true)
        }
        return (doomed + attachments).compactMap(\.key).map(Write.remove)
    }

    private func isOutOfService(_ node: JSONValue) -> Bool {
        !node.isReady && Taint.of(node).contains { $0["key"]?.string == Taint.outOfService }
    }
}
