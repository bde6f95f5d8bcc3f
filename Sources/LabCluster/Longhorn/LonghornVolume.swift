import JSON

/// One volume in one round.
struct LonghornVolume {
    private(set) var step = DiskStep()
    private var volume: JSONValue
    private var replicas: [JSONValue]
    private let world: World
    private let pool: [LonghornDisk]
    private let disks: (any VolumeDisks)?
    private let wait: Int
    private let salvages: Bool
    private let pace: Duration
    private let now: Moment

    init(
        _ volume: JSONValue, _ world: World, _ pool: [LonghornDisk],
        _ disks: (any VolumeDisks)?, wait: Int, salvages: Bool, pace: Duration, now: Moment
    ) {
        self.volume = volume
        self.world = world
        self.pool = pool
        self.disks = disks
        self.wait = wait
        self.salvages = salvages
        self.pace = pace
        self.now = now
        replicas = LonghornReplicas(of: volume.name, in: world).all
        let source = volume.at("spec", "fromBackup")?.string ?? ""
        if !source.isEmpty, volume.at("status", "restoreRequired")?.bool != false {
            restore(source)
        } else {
            settle()
        }
        step.writes += replicas.map(Write.put)
        step.writes.append(.put(self.volume))
    }

    private var wanted: Int { volume.at("spec", "numberOfReplicas")?.int ?? 3 }
    private var node: String { volume.at("spec", "nodeID")?.string ?? "" }

    /// Whether the replica's disk is there and is the one it was put on.
    private func isUsable(_ replica: JSONValue) -> Bool {
        let uuid = replica.at("spec", "diskID")?.string
        let isThere = pool.contains {
            $0.node == LonghornReplicas.node(of: replica) && $0.uuid == uuid && $0.isReady
        }
        return isThere && disks?.exists(LonghornReplicas.place(replica)) != false
    }

    // MARK: Life

    private mutating func settle() {
        if replicas.isEmpty { add(wanted, isFilled: true) }
        let isAttached = !node.isEmpty
        for index in replicas.indices {
            let isLost =
                isAttached && !LonghornReplicas.hasFailed(replicas[index])
                && !isUsable(replicas[index])
            if isLost { replicas[index].set("spec", "failedAt", to: .string(now.text)) }
            let state = LonghornReplicas.hasFailed(replicas[index]) ? "error" : "running"
            replicas[index].set(
                "status", "currentState", to: isAttached ? .string(state) : "stopped")
        }
        let healthy = replicas.filter { LonghornReplicas.isHealthy($0) }
        set("state", isAttached ? "attached" : "detached")
        set("currentNodeID", node)
        guard isAttached else {
            return set("robustness", healthy.isEmpty ? "faulted" : "unknown")
        }
        if healthy.isEmpty {
            set("robustness", "faulted")
            if salvages { salvage() }
        } else if healthy.count < wanted {
            set("robustness", "degraded")
            if (volume.at("status", "lastDegradedAt")?.string ?? "").isEmpty {
                set("lastDegradedAt", now.text)
            }
            rebuild(from: healthy[0])
        } else {
            set("robustness", "healthy")
            set("lastDegradedAt", "")
            forget()
        }
        engine()
    }

    private mutating func set(_ field: String, _ value: String) {
        volume.set("status", field, to: .string(value))
    }

    /// All failed: those whose disks are back are taken as they are.
    private mutating func salvage() {
        for index in replicas.indices
        where isUsable(replicas[index])
            && !(replicas[index].at("spec", "healthyAt")?.string ?? "").isEmpty
        {
            replicas[index].set("spec", "failedAt", to: "")
        }
    }

    /// One at a time: a failed replica whose disk is back is used again, else,
    /// after the wait, a new one is made.
    private mutating func rebuild(from source: JSONValue) {
        let running = replicas.indices.first {
            !LonghornReplicas.hasFailed(replicas[$0]) && !LonghornReplicas.isHealthy(replicas[$0])
        }
        if let running {
            guard let key = replicas[running].key, now >= world.lastWrite(of: key).adding(pace)
            else { return }
            step.actions.append(
                .copy(
                    LonghornReplicas.place(source), to: LonghornReplicas.place(replicas[running])))
            replicas[running].set("spec", "healthyAt", to: .string(now.text))
            return
        }
        if let back = replicas.indices.first(where: {
            LonghornReplicas.hasFailed(replicas[$0]) && isUsable(replicas[$0])
        }) {
            replicas[back].set("spec", "failedAt", to: "")
            replicas[back].set("spec", "healthyAt", to: "")
            return
        }
        let since = Moment(volume.at("status", "lastDegradedAt")?.string) ?? now
        let mayReturn = replicas.contains { LonghornReplicas.hasFailed($0) }
        if !mayReturn || now >= since.adding(.seconds(wait)) { add(1, isFilled: false) }
    }

    /// Healthy again: what failed is not needed any more.
    private mutating func forget() {
        for replica in replicas where LonghornReplicas.hasFailed(replica) {
            if pool.contains(where: { $0.node == LonghornReplicas.node(of: replica) && $0.isReady })
            {
                step.actions.append(.remove(LonghornReplicas.place(replica)))
            }
            step.writes += replica.key.map { [.remove($0)] } ?? []
        }
        replicas.removeAll { LonghornReplicas.hasFailed($0) }
    }

    /// New replicas, each on a node that has none of this volume yet.
    private mutating func add(_ count: Int, isFilled: Bool) {
        let used = Set(replicas.map(LonghornReplicas.node))
        let load = Dictionary(
            grouping: world.all(.longhornReplicas), by: LonghornReplicas.node
        ).mapValues(\.count)
        let free = pool.filter { $0.isSchedulable && !used.contains($0.node) }.sorted {
            (load[$0.node] ?? 0, $0.node) < (load[$1.node] ?? 0, $1.node)
        }
        for disk in free.prefix(count) {
            let replica = replica(on: disk, isFilled: isFilled)
            step.actions.append(.make(LonghornReplicas.place(replica)))
            replicas.append(replica)
        }
        let isShort = free.count < count
        volume.setCondition(
            "Scheduled", isShort ? "False" : "True",
            reason: isShort ? "ReplicaSchedulingFailure" : "",
            message: isShort ? "precheck new replica failed" : "", now: now)
    }

    private func replica(on disk: LonghornDisk, isFilled: Bool) -> JSONValue {
        let tail = Longhorn.digits("\(volume.uid)\(disk.uuid)\(world.revision)", 8)
        var replica = Longhorn.object(
            "Replica", "\(volume.name)-r-\(tail)",
            [
                "volumeName": .string(volume.name), "nodeID": .string(disk.node),
                "diskID": .string(disk.uuid), "diskPath": .string(disk.path),
                "dataDirectoryName": .string("\(volume.name)-\(tail)"), "failedAt": "",
                "healthyAt": isFilled ? .string(now.text) : "",
                "volumeSize": volume.at("spec", "size") ?? "0", "active": true,
            ])
        replica.set(
            "metadata", "labels",
            to: [
                "longhornvolume": .string(volume.name), "longhornnode": .string(disk.node),
                "longhorndiskuuid": .string(disk.uuid),
            ])
        replica.set("status", "currentState", to: "stopped")
        return replica
    }

    private mutating func engine() {
        let name = "\(volume.name)-e-0"
        var engine =
            world.object(.longhornEngines, Longhorn.namespace, name)
            ?? Longhorn.object("Engine", name, ["volumeName": .string(volume.name)])
        engine.set("spec", "nodeID", to: .string(node))
        engine.set("status", "currentState", to: "running")
        let modes = replicas.map { replica in
            let mode =
                LonghornReplicas.isHealthy(replica)
                ? "RW" : LonghornReplicas.hasFailed(replica) ? "ERR" : "WO"
            return (replica.name, JSONValue.string(mode))
        }
        engine.set(
            "status", "replicaModeMap", to: .object(Dictionary(modes, uniquingKeysWith: { $1 })))
        step.writes.append(.put(engine))
    }

    // MARK: From a backup

    private mutating func restore(_ url: String) {
        set("robustness", "unknown")
        volume.set("status", "restoreRequired", to: true)
        let source = LonghornBackup.place(url)
        let isThere = source.map { place in disks?.exists(place) != false } ?? false
        volume.setCondition(
            "Restore", isThere ? "True" : "False",
            reason: isThere ? "RestoreInProgress" : "RestoreFailure",
            message: isThere ? "" : "cannot find the backup \(url)", now: now)
        guard isThere, let source else { return set("state", "detached") }
        set("state", "attached")
        volume.set("status", "restoreInitiated", to: true)
        if replicas.isEmpty { return add(wanted, isFilled: false) }
        let start = replicas.compactMap(\.key).map { world.lastWrite(of: $0) }.max() ?? now
        guard now >= start.adding(pace) else { return }
        for index in replicas.indices {
            step.actions.append(.copy(source, to: LonghornReplicas.place(replicas[index])))
            replicas[index].set("spec", "healthyAt", to: .string(now.text))
        }
        volume.set("status", "restoreRequired", to: false)
        volume.removeCondition("Restore")
        set("state", "detached")
    }
}
