import JSON

/// Deletes pods from nodes whose NoExecute taints they do not tolerate, or no
/// longer: a toleration with `tolerationSeconds` counts from the taint's time.
///
/// The pod gets its deletion timestamp only; a kubelet has to end it. On a node
/// that is gone it therefore stays Terminating.
struct TaintEviction: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        world.all(.nodes).flatMap { node -> [Write] in
            let taints = Taint.of(node).filter { $0["effect"]?.string == "NoExecute" }
            guard !taints.isEmpty else { return [] }
            return world.all(.pods)
                .filter { $0.nodeName == node.name && !$0.isTerminating }
                .filter { pod in taints.contains { isDue(pod, $0, now: now) } }
                .flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
        }
    }

    private func isDue(_ pod: JSONValue, _ taint: JSONValue, now: Moment) -> Bool {
        let covering = (pod.at("spec", "tolerations")?.array ?? []).filter {
            Taint.tolerates($0, taint)
        }
        guard !covering.isEmpty else { return true }
        let limits = covering.compactMap { $0["tolerationSeconds"]?.int }
        // The shortest limit counts; without any the pod may stay for ever.
        guard let shortest = limits.min() else { return false }
        guard let added = Moment(taint["timeAdded"]?.string) else { return false }
        return now >= added.adding(.seconds(shortest))
    }
}
