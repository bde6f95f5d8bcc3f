import JSON

/// The kubelets of the live nodes: they start the pods bound to them and end
/// those that are terminating. A node whose agent is gone does nothing.
struct Kubelet: Controller {
    /// Time a pod takes to start, and to end.
    let delay: Duration
    /// What can hold up a pod beside its claims, the first that does counts.
    var obstacles: [any PodObstacle] = []

    func reconcile(_ world: World, now: Moment) -> [Write] {
        world.all(.pods).flatMap { pod -> [Write] in
            guard let node = pod.nodeName, world.isLive(node), let key = pod.key else { return [] }
            let isDue = now >= world.lastWrite(of: key).adding(delay)
            if pod.isTerminating {
                // What holds a finalizer stays until somebody takes it off.
                return isDue && pod.finalizers.isEmpty ? [.remove(key)] : []
            }
            guard pod.phase == "Pending" || pod.phase == "Running",
                !pod.isReady || pod.phase != "Running"
            else {
                return []
            }
            let claims = Fit.claims(of: pod, in: world)
            let areMounted =
                claims.count == Fit.claimNames(of: pod).count
                && claims.allSatisfy { $0.phase == "Bound" }
            // A pod that ran before its node was silent only reports again.
            guard pod.phase == "Running" || (isDue && areMounted) else { return [] }
            for obstacle in obstacles where pod.phase == "Pending" {
                if let hold = obstacle.hold(pod, on: node, in: world, now: now) {
                    return [.put(waiting(pod, hold, now: now))]
                }
            }
            return [.put(running(pod, on: node, world, now: now))]
        }
    }

    private func waiting(_ pod: JSONValue, _ hold: PodHold, now: Moment) -> JSONValue {
        var pod = pod
        for type in ["ContainersReady", "Ready"] {
            pod.setCondition(type, "False", reason: "ContainersNotReady", now: now)
        }
        let states = (pod.at("spec", "containers")?.array ?? []).map { container -> JSONValue in
            [
                "name": container["name"] ?? "", "image": container["image"] ?? "", "ready": false,
                "started": false, "restartCount": 0,
                "state": [
                    "waiting": [
                        "reason": .string(hold.reason), "message": .string(hold.message),
                    ]
                ],
            ]
        }
        pod.set("status", "containerStatuses", to: .array(states))
        return pod
    }

    private func running(_ pod: JSONValue, on node: String, _ world: World, now: Moment)
        -> JSONValue
    {
        var pod = pod
        pod.set("status", "phase", to: "Running")
        for type in ["PodScheduled", "Initialized", "ContainersReady", "Ready"] {
            pod.setCondition(type, "True", now: now)
        }
        if pod.at("status", "startTime") == nil {
            pod.set("status", "startTime", to: .string(now.text))
        }
        let addresses = world.object(.nodes, nil, node)?.at("status", "addresses")?.array ?? []
        if let address = addresses.first(where: { $0["type"]?.string == "InternalIP" })?["address"]
        {
            pod.set("status", "hostIP", to: address)
        }
        let states = (pod.at("spec", "containers")?.array ?? []).map { container -> JSONValue in
            [
                "name": container["name"] ?? "", "image": container["image"] ?? "", "ready": true,
                "started": true, "restartCount": 0,
                "state": [
                    "running": ["startedAt": pod.at("status", "startTime") ?? .string(now.text)]
                ],
            ]
        }
        pod.set("status", "containerStatuses", to: .array(states))
        return pod
    }
}
