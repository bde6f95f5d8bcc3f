import JSON

/// Keeps the replicas of Longhorn's volumes: places, loses, rebuilds, salvages
/// and removes them, and fills a new volume from its backup.
struct LonghornVolumes: DiskController {
    let disks: (any VolumeDisks)?
    /// How long a rebuild or a restore takes.
    let pace: Duration

    func steps(_ world: World, now: Moment) -> [DiskStep] {
        guard let longhorn = Longhorn(world) else { return [] }
        let pool = LonghornDisk.all(in: world).filter {
            longhorn.managed.contains($0.node)
                && LonghornInstances.isRunning(on: $0.node, in: world)
        }
        let volumes = world.all(.longhornVolumes).map { volume in
            LonghornVolume(
                volume, world, pool, disks,
                wait: Int(longhorn.setting("replica-replenishment-wait-interval")) ?? 600,
                salvages: longhorn.setting("auto-salvage") == "true", pace: pace, now: now
            ).step
        }
        return volumes + orphans(world, longhorn)
    }

    /// Replicas of a volume that was deleted: their bytes go where the node is
    /// at work, and stay on the disk of a node that is gone.
    private func orphans(_ world: World, _ longhorn: Longhorn) -> [DiskStep] {
        let left = world.all(.longhornReplicas) + world.all(.longhornEngines)
        return left.compactMap { part in
            let volume = part.at("spec", "volumeName")?.string ?? ""
            guard world.object(.longhornVolumes, Longhorn.namespace, volume) == nil,
                let key = part.key
            else { return nil }
            let node = LonghornReplicas.node(of: part)
            if key.resource == .longhornReplicas, longhorn.managed.contains(node) {
                return DiskStep(
                    actions: [.remove(LonghornReplicas.place(part))], writes: [.remove(key)])
            }
            let isGone = world.object(.nodes, nil, node) == nil
            return key.resource == .longhornEngines || isGone
                ? DiskStep(writes: [.remove(key)]) : nil
        }
    }
}
