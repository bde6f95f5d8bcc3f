import JSON

/// One BundleDeployment in the downstream cluster.
struct FleetDeployment: Sendable {
    let deployment: JSONValue
    let git: GitReadings
    let now: Moment

    /// What became of it.
    struct Report: Sendable {
        var resources: [JSONValue] = []
        var notReady: [String] = []
        var modified: [String] = []
        var failure: String?
    }

    private var repository: String { Self.repository(of: deployment) }
    private var commit: String { deployment.label(FleetNames.commit) ?? "" }
    private var id: JSONValue? { deployment.at("spec", "deploymentID") }
    private var correction: JSONValue? { deployment.at("spec", "options", "correctDrift") }

    private static func repository(of deployment: JSONValue) -> String {
        deployment.annotations[FleetNames.source]?.string ?? ""
    }

    /// What is deployed, and what was before.
    static func requests(_ deployment: JSONValue) -> [GitReadings.Request] {
        [deployment.label(FleetNames.commit), deployment.at("status", "commit")?.string]
            .compactMap(\.self).filter { !$0.isEmpty }
            .map { GitReadings.Request(repository: repository(of: deployment), revision: $0) }
    }

    private func manifests(at commit: String) throws(RenderFailure) -> [JSONValue]? {
        guard case .success(let hash)? = git.commit(repository, commit),
            let tree = git.tree(repository, hash)
        else {
            guard case .failure(let failure)? = git.commit(repository, commit) else { return nil }
            throw failure
        }
        let path = deployment.annotations[FleetNames.path]?.string ?? "."
        return try Rendering(tree: tree.get(), manner: .deep).objects(at: path)
            .map { Applier.placed($0, in: "default") }
    }

    func decide(_ world: World, _ admission: Admission) -> ([Write], Report?) {
        var applier = Applier(admission, world, now: now)
        applier.makesNamespaces = true
        if deployment.isTerminating {
            if deployment.at("spec", "options", "keepResources")?.bool != true {
                applier.delete(inventory)
            }
            return (applier.writes, Report())
        }
        var report = Report()
        do {
            guard let wanted = try manifests(at: commit) else { return ([], nil) }
            let before = deployment.at("status", "commit")?.string ?? ""
            let formers = before.isEmpty ? [] : (try? manifests(at: before)) ?? []
            try bring(wanted, formers, with: &applier, &report)
        } catch { report.failure = error.words }
        return (applier.writes, report)
    }

    private func bring(
        _ wanted: [JSONValue], _ formers: [JSONValue], with applier: inout Applier,
        _ report: inout Report
    ) throws {
        let isNew = deployment.at("status", "appliedDeploymentID") != id
        let keys = Set(wanted.compactMap(\.key))
        if isNew {
            // Fleet deploys as Helm does, and Helm lets go of what says keep.
            applier.delete(
                inventory.filter { key in
                    let policy = applier.world[key]?.annotations["helm.sh/resource-policy"]?.string
                    return !keys.contains(key) && policy != "keep"
                })
        }
        for manifest in Applier.ordered(wanted) {
            let name = "\(manifest.kind) \(manifest.namespace)/\(manifest.name)"
            let former = formers.filter { $0.key == manifest.key }
            if isNew || correction?["enabled"]?.bool == true {
                try applier.apply(manifest, formers: former)
            } else if try isModified(manifest, former, applier) {
                report.modified.append(name)
            }
            report.resources.append([
                "apiVersion": manifest["apiVersion"] ?? "", "kind": .string(manifest.kind),
                "namespace": .string(manifest.namespace), "name": .string(manifest.name),
            ])
            if let live = manifest.key.flatMap({ applier.world[$0] }),
                let health = Health(of: live), health.state != .healthy
            {
                report.notReady.append(name)
            }
        }
    }

    private func isModified(
        _ manifest: JSONValue, _ formers: [JSONValue], _ applier: Applier
    ) throws -> Bool {
        guard let live = manifest.key.flatMap({ applier.world[$0] }) else { return true }
        return try applier.merged(manifest, formers: formers, over: live) != live
    }

    private var inventory: [ObjectKey] {
        (deployment.at("status", "resources")?.array ?? []).compactMap { entry in
            var object = entry
            object["metadata"] = [
                "name": entry["name"] ?? "", "namespace": entry["namespace"] ?? "",
            ]
            return object.key
        }
    }

    func status(of current: JSONValue, _ report: Report) -> JSONValue {
        var new = current
        let isDeployed = report.failure == nil
        if isDeployed {
            new.set("status", "appliedDeploymentID", to: id)
            new.set("status", "commit", to: .string(commit))
            new.set("status", "resources", to: .array(report.resources))
        }
        let isReady = isDeployed && report.notReady.isEmpty && report.modified.isEmpty
        let (state, words): (String, String?) =
            if let failure = report.failure {
                ("ErrApplied", failure)
            } else if !report.modified.isEmpty {
                ("Modified", "Modified: " + report.modified.joined(separator: ", "))
            } else if !report.notReady.isEmpty {
                ("NotReady", "NotReady: " + report.notReady.joined(separator: ", "))
            } else {
                ("Ready", nil)
            }
        new.set("status", "ready", to: .bool(isDeployed && report.notReady.isEmpty))
        new.set("status", "nonModified", to: .bool(isDeployed && report.modified.isEmpty))
        new.set("status", "display", to: ["state": .string(state)])
        new.setCondition(
            "Deployed", isDeployed ? "True" : "False", message: report.failure, now: now)
        new.setCondition("Ready", isReady ? "True" : "False", message: words, now: now)
        return new
    }
}
