public import JSON

extension Cluster {
    /// The world in a form two of which can be compared: what a drill must
    /// bring back. Keys are `<resource>/<namespace>/<name>`; pods are counts
    /// under `pods/<namespace>/<owner>/<node>/<phase>`.
    ///
    /// What is left out stands in `IgnoredPaths`, with reasons; of the status
    /// only readiness of nodes and the phases of volumes and claims count.
    public func worldState() -> JSONValue {
        let world = self.world
        let names = volumeNames(world)
        let uncompared = IgnoredPaths.resources.map(\.resource)
        var state: [String: JSONValue] = [:]
        for type in ResourceType.all where !uncompared.contains(type.key) {
            for object in world.all(type.key) {
                var kept = IgnoredPaths.stripped(object)
                if object.isTerminating { kept["terminating"] = true }
                switch type.key {
                case .nodes: kept["ready"] = .bool(object.isReady)
                case .persistentVolumes, .persistentVolumeClaims:
                    kept["phase"] = .string(object.phase)
                default: break
                }
                let name = names[object.name] ?? object.name
                state["\(type.key)/\(object.namespace)/\(name)"] = Self.renamed(kept, names)
            }
        }
        for pod in world.all(.pods) {
            let phase =
                pod.isTerminating ? "Terminating" : pod.phase + (pod.isReady ? "" : " (not ready)")
            let key =
                "pods/\(pod.namespace)/\(owner(of: pod, world))/\(pod.nodeName ?? "-")/\(phase)"
            state[key] = .int((state[key]?.int ?? 0) + 1)
        }
        return .object(state)
    }

    /// A provisioned volume carries its claim's uid in its name: it is named by
    /// its claim instead.
    private func volumeNames(_ world: World) -> [String: String] {
        var names: [String: String] = [:]
        for volume in world.all(.persistentVolumes)
        where volume.at("spec", "storageClassName")?.string == "local-path" {
            guard let claim = volume.at("spec", "claimRef") else { continue }
            names[volume.name] =
                "pvc-of-\(claim["namespace"]?.string ?? "")-\(claim["name"]?.string ?? "")"
        }
        return names
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
    private func owner(of pod: JSONValue, _ world: World) -> String {
        guard let reference = pod.owners.first(where: { $0["controller"]?.bool == true }) else {
            return "Pod \(pod.name)"
        }
        let name = reference["name"]?.string ?? ""
        let set = world.object(.replicaSets, pod.namespace, name)
        let deployment = set?.owners.first?["name"]?.string
        return deployment.map { "Deployment \($0)" } ?? "\(reference["kind"]?.string ?? "") \(name)"
    }
}
