import JSON

/// One program of an engine that runs in the cluster: it works only while a pod
/// of its own does.
struct Component: Sendable {
    /// Name of its Deployment or StatefulSet, or value of the label
    /// `app.kubernetes.io/name` on it.
    let name: String

    /// Its workloads, however they were installed.
    func workloads(in world: World) -> [JSONValue] {
        [ResourceKey.deployments, .statefulSets].flatMap(world.all).filter { workload in
            workload.name == name || workload.label("app.kubernetes.io/name") == name
        }
    }

    /// Its pods that are Ready on a machine that is up.
    func pods(in world: World) -> [JSONValue] {
        workloads(in: world).flatMap { workload -> [JSONValue] in
            guard let selector = LabelSelector(workload.at("spec", "selector")) else { return [] }
            return world.all(.pods).filter { pod in
                pod.namespace == workload.namespace && selector.matches(pod.labels)
                    && pod.isActivePod && pod.isReady && pod.nodeName.map(world.isLive) == true
            }
        }
    }

    func isRunning(in world: World) -> Bool { !pods(in: world).isEmpty }

    /// Where it runs.
    func namespace(in world: World) -> String? { pods(in: world).first?.namespace }
}
