import JSON

/// The kubelets of the live nodes: they start the pods bound to them, run those
/// that have an end to it, and end those that are terminating. A node whose
/// agent is gone does nothing.
struct Kubelet: Controller {
    /// Time a pod takes to start, to run to its end, and to end.
    let delay: Duration
    /// What can hold up a pod beside its claims, the first that does counts.
    var obstacles: [any PodObstacle] = []

    func reconcile(_ world: World, now: Moment) -> [Write] {
        let pods = world.all(.pods)
        var addresses = PodAddresses(pods)
        return pods.flatMap { pod -> [Write] in
            guard let node = pod.nodeName, world.isLed(node), let key = pod.key else { return [] }
            let isDue = now >= world.lastWrite(of: key).adding(delay)
            if pod.isTerminating {
                // What holds a finalizer stays until somebody takes it off.
                let isKept =
                    !pod.finalizers.isEmpty
                    || obstacles.contains { $0.keeps(pod, on: node, in: world) }
                return isDue && !isKept ? [.remove(key)] : []
            }
            switch pod.phase {
            case "Pending":
                return isDue ? start(pod, on: node, world, &addresses, now: now) : []
            case "Running" where PodState.waits(pod):
                guard let again = PodState.retry(pod, first: delay * 5), now >= again else {
                    return []
                }
                return start(pod, on: node, world, &addresses, now: now)
            case "Running" where PodState.isFinite(pod):
                return isDue ? end(pod, on: node, world, now: now) : []
            case "Running": return [.put(reported(pod, on: node, world, now: now))]
            default: return []
            }
        }
    }

    /// The pod's containers come to their end, or hang on the way to it.
    private func end(_ pod: JSONValue, on node: String, _ world: World, now: Moment) -> [Write] {
        guard !obstacles.contains(where: { $0.keeps(pod, on: node, in: world) }) else { return [] }
        let failure = obstacles.lazy.compactMap {
            $0.interruption(of: pod, on: node, in: world, now: now)
        }.first { $0.exitCode != nil }
        return [
            .put(
                PodState.ended(
                    pod, exitCode: failure?.exitCode ?? 0, failure?.message ?? "", now: now))
        ]
    }

    /// The pod's containers start, or something holds them up.
    private func start(
        _ pod: JSONValue, on node: String, _ world: World, _ addresses: inout PodAddresses,
        now: Moment
    ) -> [Write] {
        let claims = Fit.claims(of: pod, in: world)
        guard claims.count == Fit.claimNames(of: pod).count,
            claims.allSatisfy({ $0.phase == "Bound" })
        else { return [] }
        for obstacle in obstacles {
            guard let hold = obstacle.hold(pod, on: node, in: world, now: now) else { continue }
            if let code = hold.exitCode { return [.put(crashed(pod, code, hold.message, now))] }
            var writes: [Write] = [.put(PodState.waiting(pod, hold, now: now))]
            if let event = hold.event {
                writes.append(
                    EventRecord.write(
                        event, hold.message, about: pod, from: "kubelet", in: world, now: now))
            }
            return writes
        }
        let host = world.object(.nodes, nil, node) ?? [:]
        return [.put(PodState.running(pod, on: host, addresses.next(for: pod, on: host), now: now))]
    }

    private func crashed(_ pod: JSONValue, _ code: Int, _ words: String, _ now: Moment) -> JSONValue
    {
        pod.at("spec", "restartPolicy") == "Never"
            ? PodState.ended(pod, exitCode: code, words, now: now)
            : PodState.crashed(pod, exitCode: code, words, first: delay * 5, now: now)
    }

    /// A pod that runs reports how it is, also after its node was silent.
    private func reported(_ pod: JSONValue, on node: String, _ world: World, now: Moment)
        -> JSONValue
    {
        var pod = pod
        let ails = obstacles.contains {
            $0.interruption(of: pod, on: node, in: world, now: now) != nil
        }
        guard ails == pod.isReady else { return pod }
        PodState.set(&pod, ready: !ails, now: now)
        return pod
    }
}
