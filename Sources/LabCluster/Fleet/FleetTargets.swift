import JSON

/// The second hop: Bundles to the BundleDeployments of the downstream cluster.
struct FleetTargets: Sendable {
    let clusterName: String
    let namespace: String

    func reconcile(_ world: World, now: Moment) -> [Write] {
        let existing = world.object(.fleetClusters, namespace, clusterName)
        let cluster =
            existing ?? [
                "apiVersion": "fleet.cattle.io/v1alpha1", "kind": "Cluster",
                "metadata": [
                    "name": .string(clusterName), "namespace": .string(namespace), "generation": 1,
                ],
                "spec": [:],
            ]
        let home = FleetNames.home(of: clusterName, in: namespace)
        var writes: [Write] = []
        var reported = cluster
        reported.set("status", "namespace", to: .string(home))
        writes.append(.put(reported))
        if world.object(.namespaces, nil, home) == nil {
            writes.append(
                .put([
                    "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(home)],
                    "spec": ["finalizers": ["kubernetes"]], "status": ["phase": "Active"],
                ]))
        }
        let bundles = world.all(.bundles).filter { $0.namespace == namespace && !$0.isTerminating }
        writes += bundles.map { .put(deployment(of: $0, isHeld: cluster.isPaused, home, world)) }
        let names = Set(bundles.map(\.name))
        writes += world.all(.bundleDeployments)
            .filter { $0.namespace == home && !names.contains($0.name) && !$0.isTerminating }
            .flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
        return writes
    }

    /// While it is paused a BundleDeployment learns of the pause, not of a new
    /// commit.
    private func deployment(
        of bundle: JSONValue, isHeld: Bool, _ home: String, _ world: World
    ) -> JSONValue {
        let existing = world.object(.bundleDeployments, home, bundle.name)
        var new =
            existing ?? [
                "apiVersion": "fleet.cattle.io/v1alpha1", "kind": "BundleDeployment",
                "metadata": [
                    "name": .string(bundle.name), "namespace": .string(home), "generation": 1,
                    "finalizers": [.string(FleetNames.deploymentFinalizer)],
                ],
            ]
        let isPaused = bundle.isPaused || isHeld
        let commit = bundle.label(FleetNames.commit) ?? ""
        let force = bundle.at("spec", "forceSyncGeneration")?.int ?? 0
        let id = "\(bundle.name):\(commit):\(force)"
        new.set("spec", "paused", to: .bool(isPaused))
        new.set("spec", "stagedDeploymentID", to: .string(id))
        if !isPaused || existing == nil {
            new.set("spec", "deploymentID", to: .string(id))
            new.set(
                "spec", "options",
                to: [
                    "keepResources": bundle.at("spec", "keepResources") ?? false,
                    "correctDrift": bundle.at("spec", "correctDrift") ?? [:],
                ])
            for (label, value) in [
                (FleetNames.bundleName, bundle.name),
                (FleetNames.bundleNamespace, bundle.namespace),
                (FleetNames.commit, commit), (FleetNames.cluster, clusterName),
                (FleetNames.repository, bundle.label(FleetNames.repository) ?? ""),
            ] { new.set("metadata", "labels", label, to: .string(value)) }
            new.set("metadata", "annotations", to: bundle.at("metadata", "annotations"))
        }
        if let existing, existing["spec"] != new["spec"] {
            new.set(
                "metadata", "generation",
                to: .int((existing.at("metadata", "generation")?.int ?? 1) + 1))
        }
        return new
    }
}
