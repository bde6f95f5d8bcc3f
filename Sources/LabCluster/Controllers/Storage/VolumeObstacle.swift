import JSON

/// A volume that cannot be mounted: its directory is not there.
struct VolumeObstacle: PodObstacle {
    let disks: any VolumeDisks

    func hold(_ pod: JSONValue, on node: String, in world: World, now: Moment) -> PodHold? {
        for claim in Fit.claims(of: pod, in: world) {
            let name = claim.at("spec", "volumeName")?.string ?? ""
            guard let volume = world.object(.persistentVolumes, nil, name),
                VolumeSource.export(of: volume) == nil,
                let place = VolumeSource.place(of: volume, on: node), !disks.exists(place)
            else { continue }
            if volume.at("spec", "local") != nil {
                return wait(
                    """
                    MountVolume.NewMounter initialization failed for volume "\(name)" : path \
                    "\(place.path)" does not exist
                    """)
            }
            guard volume.at("spec", "hostPath", "type")?.string == "Directory" else { continue }
            return wait(
                """
                MountVolume.SetUp failed for volume "\(name)" : hostPath type check failed: \
                \(place.path) is not a directory
                """)
        }
        return nil
    }

    private func wait(_ words: String) -> PodHold {
        PodHold(reason: "ContainerCreating", message: words, event: "FailedMount")
    }
}
