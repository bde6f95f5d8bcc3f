import JSON

/// What kubelets do to disks before a pod starts: directories that may be made
/// are made, and an application that finds its volume empty begins anew in it.
struct MountWork: DiskController {
    let disks: (any VolumeDisks)?

    func steps(_ world: World, now: Moment) -> [DiskStep] {
        world.all(.pods).compactMap { pod in
            guard pod.phase == "Pending", !pod.isTerminating, let node = pod.nodeName,
                world.isLive(node)
            else { return nil }
            let places = Fit.claims(of: pod, in: world).compactMap { claim -> DiskStep.Action? in
                guard claim.phase == "Bound",
                    let volume = world.object(
                        .persistentVolumes, nil, claim.at("spec", "volumeName")?.string ?? ""),
                    let place = VolumeSource.place(of: volume, on: node), isThere(volume, place)
                else { return nil }
                return .begin(
                    place, "begun by \(claim.namespace)/\(claim.name) at \(now.milliseconds)\n")
            }
            return places.isEmpty ? nil : DiskStep(actions: places)
        }
    }

    private func isThere(_ volume: JSONValue, _ place: VolumePlace) -> Bool {
        volume.at("spec", "hostPath", "type")?.string == "DirectoryOrCreate"
            || disks?.exists(place) == true
    }
}
