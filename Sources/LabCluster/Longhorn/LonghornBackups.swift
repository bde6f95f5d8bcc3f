import JSON

/// Backup targets and backups.
///
/// A target is available when it has a URL and its credentials' Secret exists. A
/// new Backup copies a healthy replica into the store, outside of every machine.
struct LonghornBackups: DiskController {
    let disks: (any VolumeDisks)?

    func steps(_ world: World, now: Moment) -> [DiskStep] {
        guard Longhorn(world) != nil else { return [] }
        let targets = world.all(.longhornBackupTargets).map { target -> DiskStep in
            var told = target
            let problem = problem(target, world)
            told.set("status", "available", to: .bool(problem == nil))
            told.setCondition(
                "Unavailable", problem == nil ? "False" : "True",
                reason: problem == nil ? "" : "Unavailable", message: problem ?? "", now: now)
            return DiskStep(writes: [.put(told)])
        }
        return targets
            + world.all(.longhornBackups).compactMap { backup in
                (backup.at("status", "state")?.string ?? "").isEmpty
                    ? made(backup, world, now) : nil
            }
    }

    private func problem(_ target: JSONValue, _ world: World) -> String? {
        guard let url = target.at("spec", "backupTargetURL")?.string, !url.isEmpty else {
            return "backup target URL is empty"
        }
        let secret = target.at("spec", "credentialSecret")?.string ?? ""
        if !secret.isEmpty, world.object(.secrets, Longhorn.namespace, secret) == nil {
            return "failed to get credential: secret \"\(secret)\" not found"
        }
        return nil
    }

    private func made(_ backup: JSONValue, _ world: World, _ now: Moment) -> DiskStep? {
        let name = backup.labels["backup-volume"]?.string ?? ""
        let target = world.object(.longhornBackupTargets, Longhorn.namespace, "default")
        guard let volume = world.object(.longhornVolumes, Longhorn.namespace, name),
            let source = LonghornReplicas(of: name, in: world).healthy.first,
            let base = target?.at("spec", "backupTargetURL")?.string,
            target?.at("status", "available")?.bool == true
        else { return nil }
        let url = LonghornBackup.url(base, backup: backup.name, volume: name)
        guard let place = LonghornBackup.place(url) else { return nil }
        var done = backup
        for (field, value) in [
            ("state", JSONValue.string("Completed")), ("url", .string(url)),
            ("volumeName", .string(name)), ("volumeSize", volume.at("spec", "size") ?? "0"),
            ("backupCreatedAt", .string(now.text)), ("progress", 100),
            ("snapshotName", backup.at("spec", "snapshotName") ?? ""),
        ] { done.set("status", field, to: value) }
        var history =
            world.object(.longhornBackupVolumes, Longhorn.namespace, name)
            ?? Longhorn.object("BackupVolume", name, [:])
        history.set("status", "lastBackupName", to: .string(backup.name))
        history.set("status", "lastBackupAt", to: .string(now.text))
        return DiskStep(
            actions: [.copy(source, to: place)], writes: [.put(done), .put(history)])
    }
}
