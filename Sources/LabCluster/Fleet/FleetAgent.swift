import JSON

/// The last hop: the agent in the downstream cluster brings the manifests of
/// each BundleDeployment there, restores what drifted, removes what Git no
/// longer names, and reports. A paused BundleDeployment is left alone.
struct FleetAgent: Sendable {
    let source: any ManifestSource

    /// What became of one BundleDeployment.
    private struct Report {
        var resources: [JSONValue] = []
        var notReady: [String] = []
        var failure: String?
    }

    func round(management: Cluster, downstream: Cluster, now: Moment) throws {
        for deployment in management.world.all(.bundleDeployments) {
            guard let key = deployment.key else { continue }
            if deployment.isTerminating {
                let keeps = deployment.at("spec", "options", "keepResources")?.bool == true
                if !keeps {
                    try downstream.update { removal(of: inventory(deployment), in: $0, now: now) }
                }
                try management.update { _ in [.remove(key)] }
            } else if !deployment.isPaused {
                let report = deploy(deployment, to: downstream, now: now)
                // The pause may have come meanwhile: only the status is written.
                try management.update { world in
                    guard let current = world[key] else { return [] }
                    return [.put(status(of: current, deployed: deployment, report, now: now))]
                }
            }
        }
    }

    private func inventory(_ deployment: JSONValue) -> [ObjectKey] {
        (deployment.at("status", "resources")?.array ?? []).compactMap { entry in
            var object = entry
            object["metadata"] = [
                "name": entry["name"] ?? "", "namespace": entry["namespace"] ?? "",
            ]
            return object.key
        }
    }

    private func removal(of keys: [ObjectKey], in world: World, now: Moment) -> [Write] {
        keys.compactMap { world[$0] }.flatMap { Deletion.writes(of: $0, grace: nil, now: now) }
    }

    private func deploy(_ deployment: JSONValue, to downstream: Cluster, now: Moment) -> Report {
        var report = Report()
        do {
            let manifests = try source.manifests(
                repository: deployment.annotations[FleetNames.source]?.string ?? "",
                commit: deployment.label(FleetNames.commit) ?? "",
                path: deployment.annotations[FleetNames.path]?.string ?? "."
            ).map(Self.placed)
            let former = inventory(deployment)
            try downstream.update { world in
                let wanted = Set(manifests.compactMap(\.key))
                var writes = removal(
                    of: former.filter { !wanted.contains($0) }, in: world, now: now)
                for manifest in manifests {
                    do {
                        writes += try applied(manifest, in: world, downstream.admission, now: now)
                    } catch { report.failure = "\(error)" }
                }
                return writes
            }
            let world = downstream.world
            for manifest in manifests {
                guard let key = manifest.key else { continue }
                report.resources.append([
                    "apiVersion": manifest["apiVersion"] ?? "", "kind": .string(manifest.kind),
                    "namespace": .string(key.namespace), "name": .string(key.name),
                ])
                if let object = world[key], !Self.isReady(object) {
                    report.notReady.append("\(manifest.kind) \(key.namespace)/\(key.name)")
                }
            }
        } catch { report.failure = "\(error)" }
        return report
    }

    /// A namespaced manifest without a namespace goes to `default`.
    private static func placed(_ manifest: JSONValue) -> JSONValue {
        let type = ResourceType.of(apiVersion: manifest["apiVersion"]?.string, kind: manifest.kind)
        guard type?.isNamespaced == true, manifest.namespace.isEmpty else { return manifest }
        var manifest = manifest
        manifest.set("metadata", "namespace", to: "default")
        return manifest
    }

    /// Creates the object, or lays the manifest over it: what Git says wins,
    /// what it does not say stays.
    private func applied(
        _ manifest: JSONValue, in world: World, _ admission: Admission, now: Moment
    ) throws -> [Write] {
        guard let key = manifest.key, let type = ResourceType.of(key.resource) else {
            throw UnknownKind(object: manifest)
        }
        guard let live = world[key] else {
            var writes: [Write] = [.put(try admission.created(manifest, type, now: now))]
            if type.isNamespaced, world.object(.namespaces, nil, key.namespace) == nil,
                let namespaces = ResourceType.of(.namespaces)
            {
                let home: JSONValue = ["metadata": ["name": .string(key.namespace)]]
                writes.insert(.put(try admission.created(home, namespaces, now: now)), at: 0)
            }
            return writes
        }
        guard !live.isTerminating else { return [] }
        let merged =
            type.isCustom
            ? MergePatch.apply(manifest, to: live) : try StrategicPatch.apply(manifest, to: live)
        return [.put(try admission.updated(merged, from: live, type, subresource: nil))]
    }

    private static func isReady(_ object: JSONValue) -> Bool {
        switch object.kind {
        case "Deployment":
            object.at("status", "observedGeneration") == object.at("metadata", "generation")
                && (object.at("status", "readyReplicas")?.int ?? 0)
                    >= (object.at("spec", "replicas")?.int ?? 1)
        case "DaemonSet":
            object.at("status", "desiredNumberScheduled") != nil
                && object.at("status", "numberReady")
                    == object.at("status", "desiredNumberScheduled")
        case "PersistentVolumeClaim": object.phase == "Bound"
        default: true
        }
    }

    private func status(
        of current: JSONValue, deployed: JSONValue, _ report: Report, now: Moment
    ) -> JSONValue {
        var new = current
        let isDeployed = report.failure == nil
        if isDeployed {
            new.set("status", "appliedDeploymentID", to: deployed.at("spec", "deploymentID"))
            new.set("status", "commit", to: deployed.label(FleetNames.commit).map(JSONValue.string))
            new.set("status", "resources", to: .array(report.resources))
        }
        let isReady = isDeployed && report.notReady.isEmpty
        let words =
            report.failure
            ?? (report.notReady.isEmpty
                ? nil : "NotReady: " + report.notReady.joined(separator: ", "))
        new.set("status", "ready", to: .bool(isReady))
        new.set(
            "status", "display",
            to: ["state": .string(isReady ? "Ready" : isDeployed ? "NotReady" : "ErrApplied")])
        new.setCondition(
            "Deployed", isDeployed ? "True" : "False", message: report.failure, now: now)
        new.setCondition("Ready", isReady ? "True" : "False", message: words, now: now)
        return new
    }
}
