import JSON

/// Binds claims and volumes, makes `local-path` volumes on the node of the pod
/// that needs them, and ends both.
///
/// A deleted claim leaves its volume Released. With reclaim policy Delete the
/// volume goes once its node can be asked, or does not exist any more; while
/// the node is registered but down it stays, as with the real provisioner.
struct Volumes: Controller {
    static let selectedNode = "volume.kubernetes.io/selected-node"
    private static let storage = "/var/lib/rancher/k3s/storage"

    func reconcile(_ world: World, now: Moment) -> [Write] {
        let pods = world.all(.pods)
        let claims = world.all(.persistentVolumeClaims).flatMap { claim -> [Write] in
            if claim.isTerminating { return ended(claim, pods) }
            return claim.phase == "Bound" ? [] : bound(claim, world, pods)
        }
        return claims + world.all(.persistentVolumes).flatMap { settled($0, world) }
    }

    private func bound(_ claim: JSONValue, _ world: World, _ pods: [JSONValue]) -> [Write] {
        let existing = reserved(for: claim, world)
        let volume = existing ?? provisioned(for: claim, world, pods)
        guard var volume else { return [] }
        volume.set(
            "spec", "claimRef",
            to: [
                "apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": .string(claim.name),
                "namespace": .string(claim.namespace), "uid": .string(claim.uid),
            ])
        volume.set("status", "phase", to: "Bound")
        var claim = claim
        claim.set("spec", "volumeName", to: .string(volume.name))
        claim.set("metadata", "annotations", "pv.kubernetes.io/bind-completed", to: "yes")
        claim.set("status", "phase", to: "Bound")
        claim.set("status", "capacity", to: volume.at("spec", "capacity"))
        claim.set("status", "accessModes", to: volume.at("spec", "accessModes"))
        return [.put(volume), .put(claim)]
    }

    /// A volume that waits for this claim, or that the claim asks for.
    private func reserved(for claim: JSONValue, _ world: World) -> JSONValue? {
        let wanted = claim.at("spec", "volumeName")?.string
        return world.all(.persistentVolumes).first { volume in
            let reference = volume.at("spec", "claimRef")
            let isReserved =
                reference?["namespace"]?.string == claim.namespace
                && reference?["name"]?.string == claim.name
            return !volume.isTerminating
                && (isReserved || (reference == nil && volume.name == wanted))
                // A volume that belonged to a former claim of this name is not taken over.
                && (reference?["uid"] == nil || reference?["uid"]?.string == claim.uid)
        }
    }

    /// A volume on the node of the first pod that uses the claim.
    private func provisioned(for claim: JSONValue, _ world: World, _ pods: [JSONValue])
        -> JSONValue?
    {
        let type = claim.at("spec", "storageClassName")?.string ?? "local-path"
        let user = pods.first { pod in
            pod.namespace == claim.namespace && pod.nodeName != nil && pod.isActivePod
                && Fit.claimNames(of: pod).contains(claim.name)
        }
        guard type == "local-path", claim.at("spec", "volumeName") == nil, let node = user?.nodeName
        else { return nil }
        let host =
            world.object(.nodes, nil, node)?.labels["kubernetes.io/hostname"] ?? .string(node)
        return localVolume(for: claim, node: node, host: host)
    }

    /// The object rancher/local-path-provisioner makes.
    private func localVolume(for claim: JSONValue, node: String, host: JSONValue) -> JSONValue {
        let name = "pvc-\(claim.uid)"
        let hostIsThis: JSONValue = [
            "key": "kubernetes.io/hostname", "operator": "In", "values": [host],
        ]
        return [
            "apiVersion": "v1", "kind": "PersistentVolume",
            "metadata": [
                "name": .string(name), "finalizers": ["kubernetes.io/pv-protection"],
                "annotations": [
                    "local.path.provisioner/selected-node": .string(node),
                    "pv.kubernetes.io/provisioned-by": "rancher.io/local-path",
                ],
            ],
            "spec": [
                "capacity": [
                    "storage": claim.at("spec", "resources", "requests", "storage") ?? "1Gi"
                ],
                "accessModes": claim.at("spec", "accessModes") ?? ["ReadWriteOnce"],
                "persistentVolumeReclaimPolicy": "Delete", "storageClassName": "local-path",
                "volumeMode": "Filesystem",
                "hostPath": [
                    "path": .string("\(Self.storage)/\(name)_\(claim.namespace)_\(claim.name)"),
                    "type": "DirectoryOrCreate",
                ],
                "nodeAffinity": [
                    "required": ["nodeSelectorTerms": [["matchExpressions": [hostIsThis]]]]
                ],
            ], "status": ["phase": "Available"],
        ]
    }

    /// A terminating claim goes when no pod uses it.
    private func ended(_ claim: JSONValue, _ pods: [JSONValue]) -> [Write] {
        let isUsed = pods.contains {
            $0.namespace == claim.namespace && Fit.claimNames(of: $0).contains(claim.name)
        }
        let others = claim.finalizers.filter { $0 != "kubernetes.io/pvc-protection" }
        return isUsed || !others.isEmpty ? [] : claim.key.map { [.remove($0)] } ?? []
    }

    private func settled(_ volume: JSONValue, _ world: World) -> [Write] {
        guard let key = volume.key else { return [] }
        let reference = volume.at("spec", "claimRef")
        let claim = reference.flatMap { reference in
            world.object(
                .persistentVolumeClaims, reference["namespace"]?.string,
                reference["name"]?.string ?? "")
        }
        let uid = reference?["uid"]?.string
        let isClaimed = claim != nil && (uid == nil || uid == claim?.uid)
        if isClaimed { return [] }
        if volume.isTerminating { return [.remove(key)] }
        // Reserved for a claim that was never seen: still available.
        guard uid != nil else { return [] }
        if volume.at("spec", "persistentVolumeReclaimPolicy")?.string == "Delete",
            canReclaim(volume, world)
        {
            return [.remove(key)]
        }
        var released = volume
        released.set("status", "phase", to: "Released")
        return [.put(released)]
    }

    private func canReclaim(_ volume: JSONValue, _ world: World) -> Bool {
        guard let node = volume.annotations["local.path.provisioner/selected-node"]?.string else {
            return true
        }
        return world.isLive(node) || world.object(.nodes, nil, node) == nil
    }
}
