import Digest
import JSON

/// A world in a form two of which can be compared.
///
/// Keys are `<resource>/<namespace>/<name>`; pods are counts under
/// `pods/<namespace>/<owner>/<node>/<phase>`, volumes digests of their bytes
/// under `volumes/<namespace>/<claim>`. What is left out stands in
/// `IgnoredPaths`, with reasons; of the status only readiness of nodes and the
/// phases of volumes and claims count. Of what is in a Secret only digests are
/// kept: this form is shown and written down.
struct ComparableWorld {
    let state: JSONValue

    init(_ world: World, disks: (any VolumeDisks)?) {
        let names = Self.stableNames(world)
        let uncompared = Set(IgnoredPaths.resources.map(\.resource))
        var state: [String: JSONValue] = [:]
        for type in ResourceType.all where !uncompared.contains(type.key) {
            for object in world.all(type.key) where !Self.isRun(object) {
                var kept = IgnoredPaths.stripped(object)
                if object.isTerminating { kept["terminating"] = true }
                switch type.key {
                case .nodes: kept["ready"] = .bool(object.isReady)
                case .persistentVolumes, .persistentVolumeClaims:
                    kept["phase"] = .string(object.phase)
                case .secrets: kept = Self.veiled(kept)
                default: break
                }
                let name = names[object.name] ?? object.name
                state["\(type.key)/\(object.namespace)/\(name)"] = Self.renamed(kept, names)
            }
        }
        for pod in world.all(.pods) where !Self.isRun(pod, in: world) {
            let phase =
                pod.isTerminating ? "Terminating" : pod.phase + (pod.isReady ? "" : " (not ready)")
            let owner = Self.owner(of: pod, world, names)
            let key = "pods/\(pod.namespace)/\(owner)/\(pod.nodeName ?? "-")/\(phase)"
            state[key] = .int((state[key]?.int ?? 0) + 1)
        }
        for (name, digest) in VolumeDigests(world, disks: disks).all {
            state["volumes/\(name)"] = .string(digest)
        }
        self.state = .object(state)
    }

    /// Whether a Job, or the Job of a pod, is one run of a CronJob: a matter of
    /// the hour. The CronJob is compared.
    private static func isRun(_ object: JSONValue, in world: World? = nil) -> Bool {
        object.owners.contains { owner in
            guard owner["kind"]?.string == "Job", let world else {
                return owner["kind"]?.string == "CronJob"
            }
            return world.object(.jobs, object.namespace, owner["name"]?.string ?? "").map {
                isRun($0)
            } ?? false
        }
    }

    /// Names that carry the uid of another object: a provisioned volume is named
    /// by its claim instead, a load balancer by its Service.
    private static func stableNames(_ world: World) -> [String: String] {
        var names: [String: String] = [:]
        for volume in world.all(.persistentVolumes) where volume.name.hasPrefix("pvc-") {
            guard let claim = volume.at("spec", "claimRef") else { continue }
            names[volume.name] =
                "pvc-of-\(claim["namespace"]?.string ?? "")-\(claim["name"]?.string ?? "")"
        }
        for service in world.all(.services) where service.at("spec", "type") == "LoadBalancer" {
            names[LoadBalancer.name(service)] = "svclb-of-\(service.namespace)-\(service.name)"
        }
        return names
    }

    /// A Secret with digests for what is in it; what kubectl wrote beside it
    /// when it was applied says the same again.
    private static func veiled(_ secret: JSONValue) -> JSONValue {
        func digests(_ members: JSONValue?) -> JSONValue? {
            members?.object.map { members in
                .object(members.mapValues { .string("sha256:" + SHA256.hex($0.utf8)) })
            }
        }
        var secret = secret
        for field in ["data", "stringData"] { secret[field] = digests(secret[field]) }
        if let annotations = digests(secret.at("metadata", "annotations")) {
            secret.set("metadata", "annotations", to: annotations)
        }
        return secret
    }

    private static func renamed(_ value: JSONValue, _ names: [String: String]) -> JSONValue {
        switch value {
        case .array(let elements): return .array(elements.map { renamed($0, names) })
        case .object(let members): return .object(members.mapValues { renamed($0, names) })
        case .string(let text):
            // A path ends with `<volume>_<namespace>_<claim>`.
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { part in
                let volume = String(part.prefix { $0 != "_" })
                return names[volume].map { $0 + part.dropFirst(volume.count) } ?? String(part)
            }
            return .string(parts.joined(separator: "/"))
        default: return value
        }
    }

    /// The workload a pod belongs to, through its ReplicaSet; a pod on its own
    /// is named itself.
    private static func owner(
        of pod: JSONValue, _ world: World, _ names: [String: String]
    ) -> String {
        guard let reference = pod.owners.first(where: { $0["controller"]?.bool == true }) else {
            return "Pod \(pod.name)"
        }
        let name = reference["name"]?.string ?? ""
        let set = world.object(.replicaSets, pod.namespace, name)
        let deployment = set?.owners.first?["name"]?.string
        return deployment.map { "Deployment \($0)" }
            ?? "\(reference["kind"]?.string ?? "") \(names[name] ?? name)"
    }
}
