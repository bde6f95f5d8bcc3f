import JSON

/// An application held against the cluster.
struct ApplicationComparison: Sendable {
    /// One object, wanted or left over.
    struct Resource {
        let object: JSONValue
        let isSynced: Bool
        let requiresPruning: Bool
        let health: Health?
    }

    let target: ApplicationTarget
    let resources: [Resource]

    init(
        _ application: JSONValue, _ target: ApplicationTarget, _ world: World,
        _ admission: Admission, now: Moment
    ) {
        self.target = target
        let applier = Applier(admission, world, now: now)
        let rules = HealthRules(world, namespace: application.namespace)
        var wanted: Set<ObjectKey> = []
        var resources: [Resource] = []
        for manifest in target.manifests where !ApplicationTarget.isHook(manifest) {
            if let key = manifest.key { wanted.insert(key) }
            let live = manifest.key.flatMap { world[$0] }
            resources.append(
                Resource(
                    object: manifest,
                    isSynced: live.map { Self.isSynced(manifest, $0, applier) } ?? false,
                    requiresPruning: false,
                    health: live.map(rules.health) ?? Health(.missing)))
        }
        for object in world.tracked(by: application.name) {
            guard let key = object.key, !wanted.contains(key) else { continue }
            let isIgnored = object.hasOption("IgnoreExtraneous", in: ArgoNames.compare)
            resources.append(
                Resource(
                    object: object, isSynced: isIgnored, requiresPruning: !isIgnored,
                    health: rules.health(object)))
        }
        self.resources = resources
    }

    private static func isSynced(
        _ manifest: JSONValue, _ live: JSONValue, _ applier: Applier
    ) -> Bool {
        let result = try? applier.merged(manifest, formers: formers(of: live), over: live)
        return result == live
    }

    /// What the last apply left on `live`.
    static func formers(of live: JSONValue?) -> [JSONValue] {
        guard let text = live?.annotations[ArgoNames.lastApplied]?.string,
            let former = try? JSONValue(parsing: Array(text.utf8))
        else { return [] }
        return [former]
    }

    var isSynced: Bool { resources.allSatisfy(\.isSynced) }
    /// Nothing of what is out of sync but what would have to be deleted.
    var needsPruningOnly: Bool { resources.allSatisfy { $0.isSynced || $0.requiresPruning } }
    /// A sync with pruning would leave nothing.
    var wouldEmpty: Bool { resources.allSatisfy(\.requiresPruning) }
    /// The worst health of what is wanted.
    var health: Health.State {
        resources.filter { !$0.requiresPruning }.compactMap(\.health?.state).max() ?? .healthy
    }

    /// `status.resources`.
    var report: JSONValue {
        .array(
            resources.map { resource in
                let object = resource.object
                let version = (object["apiVersion"]?.string ?? "").split(separator: "/")
                var row: JSONValue = [
                    "kind": .string(object.kind), "version": .string(String(version.last ?? "")),
                    "name": .string(object.name),
                    "status": resource.isSynced ? "Synced" : "OutOfSync",
                ]
                if version.count > 1 { row["group"] = .string(String(version[0])) }
                if !object.namespace.isEmpty { row["namespace"] = .string(object.namespace) }
                if resource.requiresPruning { row["requiresPruning"] = true }
                if let health = resource.health {
                    row["health"] = ["status": .string(health.state.rawValue)]
                    row.set("health", "message", to: health.message.map(JSONValue.string))
                }
                return row
            })
    }
}

/// How Argo CD judges health: by built-in rules, and an Application only where
/// `argocd-cm` says so.
struct HealthRules: Sendable {
    private let judgesApplications: Bool

    init(_ world: World, namespace: String) {
        let data = world.object(.configMaps, namespace, "argocd-cm")?["data"]
        judgesApplications =
            data?["resource.customizations.health.argoproj.io_Application"] != nil
    }

    func health(_ object: JSONValue) -> Health? {
        guard object.key?.resource == .applications else { return Health(of: object) }
        guard judgesApplications else { return nil }
        let state = object.at("status", "health", "status")?.string ?? ""
        return Health(Health.State(rawValue: state) ?? .progressing)
    }
}
