import JSON

/// What kubelets do to disks before a pod starts: directories that may be made
/// are made, and an application that finds its volume empty begins anew in it.
struct MountWork: DiskController {
    let disks: (any VolumeDisks)?
    var servers: (any FileServers)?

    func steps(_ world: World, now: Moment) -> [DiskStep] {
        world.all(.pods).compactMap { pod -> DiskStep? in
            guard pod.phase == "Pending", !pod.isTerminating, let node = pod.nodeName,
                world.isLed(node)
            else { return nil }
            let places = Fit.claims(of: pod, in: world).flatMap { claim -> [DiskStep.Action] in
                guard claim.phase == "Bound",
                    let volume = world.object(
                        .persistentVolumes, nil, claim.at("spec", "volumeName")?.string ?? "")
                else { return [] }
                let text = "begun by \(claim.namespace)/\(claim.name) at \(now.milliseconds)\n"
                return self.places(of: volume, on: node, world).map { .begin($0, text) }
            }
            return places.isEmpty ? nil : DiskStep(actions: places)
        }
    }

    /// The directory, or those of all replicas: they hold the same.
    private func places(of volume: JSONValue, on node: String, _ world: World) -> [VolumePlace] {
        if volume.at("spec", "csi", "driver")?.string == ClaimClass.longhorn {
            let handle = volume.at("spec", "csi", "volumeHandle")?.string ?? ""
            let state = world.object(.longhornVolumes, Longhorn.namespace, handle)
            guard state?.at("status", "currentNodeID")?.string == node else { return [] }
            return LonghornReplicas(of: handle, in: world).healthy
        }
        return [VolumeSource.place(of: volume, on: node)].compactMap { $0 }
            .filter { isThere(volume, $0) }
    }

    private func isThere(_ volume: JSONValue, _ place: VolumePlace) -> Bool {
        if let export = VolumeSource.export(of: volume), let servers {
            return servers.state(of: export.server).isUp
        }
        return volume.at("spec", "hostPath", "type")?.string == "DirectoryOrCreate"
            || disks?.exists(place) == true
    }
}
