import JSON

/// Rancher's local-path provisioner: a volume is a directory on one node.
///
/// It works where the scheduler, or a person, has put the claim by the
/// annotation `volume.kubernetes.io/selected-node`. A released volume with
/// reclaim policy Delete is cleaned by a pod on that node: while the node is
/// registered but down the pod waits, and wipes the directory when the node is
/// back. Of a node that does not exist any more the directory is left alone.
struct LocalPath: DiskController {
    static let storage = "/var/lib/rancher/k3s/storage"
    static let node = "local.path.provisioner/selected-node"
    private static let helper = "helper-pod-delete-"

    let disks: (any VolumeDisks)?

    func steps(_ world: World, now: Moment) -> [DiskStep] {
        guard isAtWork(world) else { return [] }
        let made = world.all(.persistentVolumeClaims).compactMap { provisioned($0, world) }
        let released = world.all(.persistentVolumes).filter(isDoomed)
        let needed = Set(released.map { Self.helper + $0.name })
        let idle = world.all(.pods).filter {
            $0.namespace == "kube-system" && $0.name.hasPrefix(Self.helper)
                && !needed.contains($0.name)
        }
        return made + released.map { reclaimed($0, world, now) }
            + [DiskStep(writes: idle.compactMap(\.key).map(Write.remove))]
    }

    /// A cluster without the Deployment has it as part of k3s.
    private func isAtWork(_ world: World) -> Bool {
        world.object(.deployments, "kube-system", "local-path-provisioner").map {
            ($0.at("status", "readyReplicas")?.int ?? 0) > 0
        } ?? true
    }

    private func provisioned(_ claim: JSONValue, _ world: World) -> DiskStep? {
        guard claim.phase != "Bound", !claim.isTerminating, claim.at("spec", "volumeName") == nil,
            let name = claim.annotations[Volumes.selectedNode]?.string, world.isLive(name),
            let node = world.object(.nodes, nil, name)
        else { return nil }
        let type = ClaimClass(claim, in: world)
        guard type.provisioner == ClaimClass.localPath else { return nil }
        let volume = volume(for: claim, on: node, type)
        let path = volume.at("spec", "hostPath", "path")?.string ?? ""
        return DiskStep(
            actions: [.make(VolumePlace(node: name, path: path))],
            writes: Volumes.bound(claim, volume))
    }

    private func volume(for claim: JSONValue, on node: JSONValue, _ type: ClaimClass) -> JSONValue {
        let name = "pvc-\(claim.uid)"
        let host = node.labels["kubernetes.io/hostname"] ?? .string(node.name)
        let hostIsThis: JSONValue = [
            "key": "kubernetes.io/hostname", "operator": "In", "values": [host],
        ]
        let path = "\(Self.storage)/\(name)_\(claim.namespace)_\(claim.name)"
        return [
            "apiVersion": "v1", "kind": "PersistentVolume",
            "metadata": [
                "name": .string(name), "finalizers": ["kubernetes.io/pv-protection"],
                "annotations": [
                    Self.node: .string(node.name),
                    "pv.kubernetes.io/provisioned-by": .string(ClaimClass.localPath),
                ],
            ],
            "spec": [
                "capacity": [
                    "storage": claim.at("spec", "resources", "requests", "storage") ?? "1Gi"
                ],
                "accessModes": claim.at("spec", "accessModes") ?? ["ReadWriteOnce"],
                "persistentVolumeReclaimPolicy": .string(type.reclaimPolicy),
                "storageClassName": .string(type.name), "volumeMode": "Filesystem",
                "hostPath": ["path": .string(path), "type": "DirectoryOrCreate"],
                "nodeAffinity": [
                    "required": ["nodeSelectorTerms": [["matchExpressions": [hostIsThis]]]]
                ],
            ],
        ]
    }

    private func isDoomed(_ volume: JSONValue) -> Bool {
        volume.phase == "Released" && !volume.isTerminating
            && volume.annotations["pv.kubernetes.io/provisioned-by"]?.string
                == ClaimClass.localPath
            && volume.at("spec", "persistentVolumeReclaimPolicy")?.string == "Delete"
    }

    private func reclaimed(_ volume: JSONValue, _ world: World, _ now: Moment) -> DiskStep {
        let node = volume.annotations[Self.node]?.string ?? ""
        let path = volume.at("spec", "hostPath", "path")?.string ?? ""
        let gone = volume.key.map { [Write.remove($0)] } ?? []
        guard world.object(.nodes, nil, node) != nil else { return DiskStep(writes: gone) }
        let name = Self.helper + volume.name
        guard let helper = world.object(.pods, "kube-system", name) else {
            return DiskStep(writes: [.put(pod(name, on: node, path, now))])
        }
        if helper.phase == "Succeeded" {
            return DiskStep(
                actions: [.remove(VolumePlace(node: node, path: path))],
                writes: gone + (helper.key.map { [.remove($0)] } ?? []))
        }
        let late = EventRecord.write(
            "VolumeFailedDelete",
            "failed to delete volume \(volume.name): create process timeout after 120 seconds",
            about: volume, from: "rancher.io/local-path_local-path-provisioner", in: world, now: now
        )
        let since = helper.key.map { world.lastWrite(of: $0) } ?? now
        return DiskStep(writes: now > since.adding(.seconds(120)) ? [late] : [])
    }

    /// It tolerates everything: also a node that is down.
    private func pod(_ name: String, on node: String, _ path: String, _ now: Moment) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "name": .string(name), "namespace": "kube-system",
                "creationTimestamp": .string(now.text),
            ],
            "spec": [
                "nodeName": .string(node), "restartPolicy": "Never",
                "serviceAccountName": "local-path-provisioner-service-account",
                "tolerations": [["operator": "Exists"]],
                "containers": [
                    [
                        "name": "helper-pod", "image": "rancher/mirrored-library-busybox:1.36.1",
                        "command": ["/bin/sh", "/script/teardown"],
                        "args": ["-p", .string(path), "-m", "Filesystem"],
                    ]
                ],
            ], "status": ["phase": "Pending"],
        ]
    }
}
