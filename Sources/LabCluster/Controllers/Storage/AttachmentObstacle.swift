import JSON

/// A pod waits until its volumes are attached to its node, and is not ready
/// while the storage behind one is lost.
struct AttachmentObstacle: PodObstacle {
    func hold(_ pod: JSONValue, on node: String, in world: World, now: Moment) -> PodHold? {
        for volume in VolumeAttachments.volumes(of: pod, in: world) {
            let attachments = world.all(.volumeAttachments).filter {
                $0.at("spec", "source", "persistentVolumeName")?.string == volume.name
            }
            if let other = attachments.first(where: { $0.at("spec", "nodeName")?.string != node }),
                other.at("spec", "nodeName") != nil
            {
                return wait(
                    """
                    Multi-Attach error for volume "\(volume.name)" Volume is already exclusively \
                    attached to one node and can't be attached to another
                    """)
            }
            guard attachments.contains(where: { $0.at("status", "attached")?.bool == true }) else {
                return PodHold(reason: "ContainerCreating", message: "")
            }
            if let problem = problem(of: volume, world) { return wait(problem) }
        }
        return nil
    }

    func interruption(of pod: JSONValue, on node: String, in world: World, now: Moment) -> PodHold?
    {
        VolumeAttachments.volumes(of: pod, in: world).compactMap { problem(of: $0, world) }.first
            .map(wait)
    }

    private func problem(of volume: JSONValue, _ world: World) -> String? {
        guard volume.at("spec", "csi", "driver")?.string == ClaimClass.longhorn else { return nil }
        let handle = volume.at("spec", "csi", "volumeHandle")?.string ?? ""
        let status = world.object(.longhornVolumes, Longhorn.namespace, handle)?["status"]
        let isServing =
            status?["state"] == "attached"
            && ["healthy", "degraded"].contains(status?["robustness"]?.string)
        return isServing
            ? nil
            : """
            AttachVolume.Attach failed for volume "\(volume.name)" : rpc error: code = Aborted desc \
            = volume \(handle) is not ready for workloads
            """
    }

    private func wait(_ words: String) -> PodHold {
        PodHold(reason: "ContainerCreating", message: words, event: "FailedAttachVolume")
    }
}
