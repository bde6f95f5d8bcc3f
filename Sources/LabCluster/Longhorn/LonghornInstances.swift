import JSON

/// The instance managers, one pod on each node, in which engines and replicas
/// run, and the budgets that keep a drain from ending them.
///
/// A budget goes only when its node is cordoned and the drain policy allows it:
/// by default not while a volume is attached there, nor while the last healthy
/// replica of one lies there.
struct LonghornInstances: Controller {
    let admission: Admission

    static func name(_ node: String) -> String { "instance-manager-\(Longhorn.digits(node, 32))" }

    static func isRunning(on node: String, in world: World) -> Bool {
        world.object(.pods, Longhorn.namespace, name(node)).map {
            $0.isReady && !$0.isTerminating
        } ?? false
    }

    func reconcile(_ world: World, now: Moment) -> [Write] {
        guard let longhorn = Longhorn(world) else { return [] }
        return world.all(.longhornNodes).flatMap { node -> [Write] in
            let name = Self.name(node.name)
            let isCordoned =
                world.object(.nodes, nil, node.name)?.at("spec", "unschedulable")?.bool == true
            let mayGo = isCordoned && mayDrain(node.name, longhorn, world)
            let key = ObjectKey(.disruptionBudgets, namespace: Longhorn.namespace, name: name)
            var writes: [Write] = []
            if mayGo {
                writes.append(.remove(key))
            } else if world[key] == nil {
                writes.append(.put(budget(name, node.name)))
            }
            guard
                let owner = world.object(
                    .longhornInstanceManagers, Longhorn.namespace, name)
            else {
                return writes + [
                    .put(
                        Longhorn.object(
                            "InstanceManager", name,
                            ["nodeID": .string(node.name), "type": "aio", "dataEngine": "v1"]))
                ]
            }
            var told = owner
            told.set(
                "status", "currentState",
                to: Self.isRunning(on: node.name, in: world) ? "running" : "stopped")
            writes.append(.put(told))
            let isThere = world.object(.pods, Longhorn.namespace, name) != nil
            if !isThere, !mayGo, longhorn.managed.contains(node.name),
                let pod = pod(name, owner, on: node.name, now)
            {
                writes.append(.put(pod))
            }
            return writes
        }
    }

    private func mayDrain(_ node: String, _ longhorn: Longhorn, _ world: World) -> Bool {
        let policy = longhorn.setting("node-drain-policy")
        let volumes = world.all(.longhornVolumes)
        let isUsed = volumes.contains { $0.at("status", "currentNodeID")?.string == node }
        if policy == "always-allow" { return !isUsed }
        if policy == "block-for-eviction" {
            return !isUsed
                && !world.all(.longhornReplicas).contains { LonghornReplicas.node(of: $0) == node }
        }
        return !isUsed
            && !volumes.contains { volume in
                if policy == "allow-if-replica-is-stopped",
                    volume.at("status", "state")?.string == "detached"
                {
                    return false
                }
                let healthy = LonghornReplicas(of: volume.name, in: world).healthy
                return !healthy.isEmpty && healthy.allSatisfy { $0.node == node }
            }
    }

    private static func labels(_ node: String) -> JSONValue {
        [
            "longhorn.io/component": "instance-manager",
            "longhorn.io/instance-manager-type": "aio", "longhorn.io/node": .string(node),
        ]
    }

    private func budget(_ name: String, _ node: String) -> JSONValue {
        [
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
            "metadata": [
                "name": .string(name), "namespace": .string(Longhorn.namespace), "generation": 1,
            ],
            "spec": ["minAvailable": 1, "selector": ["matchLabels": Self.labels(node)]],
            "status": [:],
        ]
    }

    private func pod(_ name: String, _ owner: JSONValue, on node: String, _ now: Moment)
        -> JSONValue?
    {
        let pod: JSONValue = [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "name": .string(name), "namespace": .string(Longhorn.namespace),
                "labels": Self.labels(node), "ownerReferences": [Owner.reference(owner)],
            ],
            "spec": [
                "nodeName": .string(node),
                "containers": [
                    [
                        "name": "instance-manager",
                        "image": "longhornio/longhorn-instance-manager:v1.9.1",
                    ]
                ],
            ],
        ]
        return ResourceType.of(.pods).flatMap { try? admission.created(pod, $0, now: now) }
    }
}
