import JSON

/// Longhorn's side of claims: makes volumes for them, deletes those of released
/// PersistentVolumes, and lets a volume follow its attachment.
struct LonghornProvisioner: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        guard let longhorn = Longhorn(world) else { return [] }
        let made = world.all(.persistentVolumeClaims).flatMap { provisioned($0, world, longhorn) }
        let released = world.all(.persistentVolumes).filter { volume in
            volume.phase == "Released" && !volume.isTerminating
                && volume.at("spec", "csi", "driver")?.string == ClaimClass.longhorn
                && volume.at("spec", "persistentVolumeReclaimPolicy")?.string == "Delete"
        }.flatMap { volume -> [Write] in
            let handle = volume.at("spec", "csi", "volumeHandle")?.string ?? ""
            let key = ObjectKey(.longhornVolumes, namespace: Longhorn.namespace, name: handle)
            return [.remove(key)] + (volume.key.map { [.remove($0)] } ?? [])
        }
        return made + released + attached(world)
    }

    private func provisioned(_ claim: JSONValue, _ world: World, _ longhorn: Longhorn) -> [Write] {
        guard claim.phase != "Bound", !claim.isTerminating, claim.at("spec", "volumeName") == nil
        else { return [] }
        let type = ClaimClass(claim, in: world)
        guard type.provisioner == ClaimClass.longhorn,
            type.isImmediate || claim.annotations[Volumes.selectedNode] != nil
        else { return [] }
        let name = "pvc-\(claim.uid)"
        let size = claim.at("spec", "resources", "requests", "storage")
        let bytes = (Quantity(size) ?? .zero).thousandths / 1000
        let count = type.parameter("numberOfReplicas") ?? longhorn.setting("default-replica-count")
        let volume = Longhorn.object(
            "Volume", name,
            [
                "size": .string(String(bytes)), "numberOfReplicas": .int(Int(count) ?? 3),
                "frontend": "blockdev", "dataEngine": "v1", "fromBackup": "", "nodeID": "",
                "accessMode": "rwo",
            ])
        let persistent: JSONValue = [
            "apiVersion": "v1", "kind": "PersistentVolume",
            "metadata": [
                "name": .string(name), "finalizers": ["kubernetes.io/pv-protection"],
                "annotations": ["pv.kubernetes.io/provisioned-by": .string(ClaimClass.longhorn)],
            ],
            "spec": [
                "capacity": ["storage": size ?? "0"],
                "accessModes": claim.at("spec", "accessModes") ?? ["ReadWriteOnce"],
                "persistentVolumeReclaimPolicy": .string(type.reclaimPolicy),
                "storageClassName": .string(type.name), "volumeMode": "Filesystem",
                "csi": [
                    "driver": .string(ClaimClass.longhorn), "fsType": "ext4",
                    "volumeHandle": .string(name),
                ],
            ],
        ]
        return [.put(volume)] + Volumes.bound(claim, persistent)
    }

    /// A volume is wanted where its attachment says.
    private func attached(_ world: World) -> [Write] {
        var homes: [String: String] = [:]
        for attachment in world.all(.volumeAttachments) {
            let name = attachment.at("spec", "source", "persistentVolumeName")?.string ?? ""
            let volume = world.object(.persistentVolumes, nil, name)
            guard volume?.at("spec", "csi", "driver")?.string == ClaimClass.longhorn else {
                continue
            }
            homes[volume?.at("spec", "csi", "volumeHandle")?.string ?? ""] =
                attachment.at("spec", "nodeName")?.string
        }
        return world.all(.longhornVolumes).map { volume in
            var volume = volume
            volume.set("spec", "nodeID", to: .string(homes[volume.name] ?? ""))
            return .put(volume)
        }
    }
}
