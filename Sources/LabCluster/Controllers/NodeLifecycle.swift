import JSON

/// Notices nodes whose agent is silent and nodes that are back.
///
/// Silent for longer than `grace`: conditions Unknown, the taints
/// `node.kubernetes.io/unreachable`, and the node's pods not ready. Back: what
/// the kubelet reports again, and the taints gone. No other taint is touched.
struct NodeLifecycle: Controller {
    let grace: Duration

    /// The conditions of a healthy kubelet.
    private static let healthy: [(type: String, status: String, reason: String, message: String)] =
        [
            (
                "MemoryPressure", "False", "KubeletHasSufficientMemory",
                "kubelet has sufficient memory available"
            ),
            ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            (
                "PIDPressure", "False", "KubeletHasSufficientPID",
                "kubelet has sufficient PID available"
            ),
            ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
        ]

    func reconcile(_ world: World, now: Moment) -> [Write] {
        world.all(.nodes).flatMap { node -> [Write] in
            if world.isLive(node.name) { return [.put(returned(node, now: now))] }
            let seen =
                world.agents[node.name]?.lastSeen
                ?? world.lastWrite(of: ObjectKey(.nodes, name: node.name))
            guard now > seen.adding(grace) else { return [] }
            let pods = world.all(.pods).filter { $0.nodeName == node.name && $0.isReady }
            return [.put(lost(node, now: now))]
                + pods.map { pod in
                    var pod = pod
                    pod.setCondition("Ready", "False", now: now)
                    return .put(pod)
                }
        }
    }

    private func returned(_ node: JSONValue, now: Moment) -> JSONValue {
        var node = node
        for fact in Self.healthy where node.condition(fact.type)?["status"]?.string != fact.status {
            node.setCondition(
                fact.type, fact.status, reason: fact.reason, message: fact.message, now: now)
            set(&node, heartbeat: now, of: fact.type)
        }
        let taints = Taint.of(node).filter {
            ![Taint.unreachable, Taint.notReady].contains($0["key"]?.string)
        }
        return settle(node, taints: taints, now: now)
    }

    private func lost(_ node: JSONValue, now: Moment) -> JSONValue {
        var node = node
        for fact in Self.healthy where node.condition(fact.type)?["status"]?.string != "Unknown" {
            node.setCondition(
                fact.type, "Unknown", reason: "NodeStatusUnknown",
                message: "Kubelet stopped posting node status.", now: now)
        }
        var taints = Taint.of(node).filter { $0["key"]?.string != Taint.notReady }
        for effect in ["NoSchedule", "NoExecute"] {
            let known = taints.contains {
                $0["key"]?.string == Taint.unreachable && $0["effect"]?.string == effect
            }
            guard !known else { continue }
            taints.append([
                "key": .string(Taint.unreachable), "effect": .string(effect),
                "timeAdded": .string(now.text),
            ])
        }
        return settle(node, taints: taints, now: now)
    }

    /// A cordon shows as a taint too, and goes with it.
    private func settle(_ node: JSONValue, taints: [JSONValue], now: Moment) -> JSONValue {
        var node = node
        var taints = taints
        let isCordoned = node.at("spec", "unschedulable")?.bool == true
        let isTainted = taints.contains { $0["key"]?.string == Taint.unschedulable }
        if isCordoned, !isTainted {
            taints.append([
                "key": .string(Taint.unschedulable), "effect": "NoSchedule",
                "timeAdded": .string(now.text),
            ])
        } else if !isCordoned, isTainted {
            taints.removeAll { $0["key"]?.string == Taint.unschedulable }
        }
        node.set("spec", "taints", to: taints.isEmpty ? nil : .array(taints))
        return node
    }

    /// Only at a transition: a heartbeat each round would flood the datastore.
    private func set(_ node: inout JSONValue, heartbeat: Moment, of type: String) {
        let conditions = (node.at("status", "conditions")?.array ?? []).map { condition in
            guard condition["type"]?.string == type else { return condition }
            var condition = condition
            condition["lastHeartbeatTime"] = .string(heartbeat.text)
            return condition
        }
        node.set("status", "conditions", to: .array(conditions))
    }
}
