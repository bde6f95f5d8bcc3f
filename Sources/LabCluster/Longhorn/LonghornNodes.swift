import JSON

/// Keeps Longhorn's nodes and settings: what disks there are and whether they
/// are still the ones that were added.
///
/// A disk carries an identity. On a node that comes back with another disk
/// under the same name the recorded one is not ready, and no replica on it
/// counts; the old disk has to be taken out of the node before the new one can
/// be added.
struct LonghornNodes: DiskController {
    let disks: (any VolumeDisks)?

    func steps(_ world: World, now: Moment) -> [DiskStep] {
        guard let longhorn = Longhorn(world) else { return [] }
        let settings = Longhorn.defaults.filter {
            world.object(.longhornSettings, Longhorn.namespace, $0.key) == nil
        }.sorted { $0.key < $1.key }.map { name, value -> Write in
            var setting = Longhorn.object("Setting", name, [:])
            setting["spec"] = nil
            setting["value"] = .string(value)
            return .put(setting)
        }
        let known = Set(world.all(.longhornNodes).map(\.name))
        let fresh = longhorn.managed.subtracting(known).sorted().map { name -> Write in
            .put(node(name, path: longhorn.setting("default-data-path")))
        }
        return [DiskStep(writes: settings + fresh)]
            + world.all(.longhornNodes).map { checked($0, longhorn, world, now) }
    }

    private func node(_ name: String, path: String) -> JSONValue {
        Longhorn.object(
            "Node", name,
            [
                "name": .string(name), "allowScheduling": true, "evictionRequested": false,
                "tags": [],
                "disks": [
                    "default-disk-\(Longhorn.digits(name, 12))": [
                        "path": .string(path), "allowScheduling": true, "diskType": "filesystem",
                        "evictionRequested": false, "storageReserved": 0, "tags": [],
                    ]
                ],
            ])
    }

    private func checked(
        _ node: JSONValue, _ longhorn: Longhorn, _ world: World, _ now: Moment
    ) -> DiskStep {
        var node = node
        var step = DiskStep()
        let machine = world.object(.nodes, nil, node.name)
        let isManaged = longhorn.managed.contains(node.name)
        let isReady = isManaged && machine?.isReady == true
        let reason = machine == nil ? "KubernetesNodeGone" : "KubernetesNodeNotReady"
        node.setCondition(
            "Ready", isReady ? "True" : "False", reason: isReady ? "" : reason,
            message: isReady
                ? "Node \(node.name) is ready" : "Kubernetes node \(node.name) not ready",
            now: now)
        let isCordoned =
            machine?.at("spec", "unschedulable")?.bool == true
            && longhorn.setting("disable-scheduling-on-cordoned-node") == "true"
        node.setCondition(
            "Schedulable", isCordoned ? "False" : "True",
            reason: isCordoned ? "KubernetesNodeCordoned" : "",
            message: isCordoned ? "Node \(node.name) is cordoned" : "", now: now)
        if isManaged {
            var status: JSONValue = [:]
            for (name, disk) in node.at("spec", "disks")?.object ?? [:] {
                let old = node.at("status", "diskStatus")?[name]
                status[name] = self.status(of: name, disk, old, on: node.name, &step, now)
            }
            node.set("status", "diskStatus", to: status)
        }
        step.writes.append(.put(node))
        return step
    }

    private func status(
        of name: String, _ disk: JSONValue, _ old: JSONValue?, on node: String,
        _ step: inout DiskStep, _ now: Moment
    ) -> JSONValue {
        let path = disk["path"]?.string ?? ""
        let place = VolumePlace(node: node, path: "\(path)longhorn-disk")
        let found = disks.map { $0.digest(of: place) } ?? "\(node)\(name)"
        let recorded = old?["diskUUID"]?.string ?? ""
        if found == nil, recorded.isEmpty {
            step.actions.append(.begin(place, "disk of \(node) since \(now.milliseconds)\n"))
        }
        let uuid = found.map(Self.uuid) ?? ""
        let isReady = !uuid.isEmpty && (recorded.isEmpty || recorded == uuid)
        var condition: JSONValue = [
            "type": "Ready", "status": isReady ? "True" : "False",
            "reason": isReady ? "" : "DiskFilesystemChanged",
            "message": isReady
                ? .string("Disk \(name)(\(path)) on node \(node) is ready")
                : .string(
                    """
                    Disk \(name)(\(path)) on node \(node) is not ready: record diskUUID \
                    \(recorded) doesn't match the one on the disk \(uuid)
                    """),
        ]
        let before = (old?["conditions"]?.array ?? []).first { $0["status"] == condition["status"] }
        condition["lastTransitionTime"] = before?["lastTransitionTime"] ?? .string(now.text)
        return [
            "diskUUID": .string(recorded.isEmpty ? uuid : recorded), "diskPath": .string(path),
            "diskName": .string(name), "diskType": "filesystem", "conditions": [condition],
        ]
    }

    private static func uuid(_ identity: String) -> String {
        let hex = Longhorn.digits(identity, 32)
        var parts: [Substring] = []
        var rest = hex[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }
}
