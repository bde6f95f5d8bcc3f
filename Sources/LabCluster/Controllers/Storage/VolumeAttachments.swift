import Digest
import JSON

/// Attaches volumes of CSI drivers to the nodes of the pods that use them, one
/// node at a time, and detaches them when no pod is left there.
///
/// From a node that is down nothing is detached until it is back, deleted, out
/// of service, or has been away for six minutes with no pod left.
struct VolumeAttachments: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        var wanted: [String: (volume: JSONValue, nodes: [String])] = [:]
        for pod in world.all(.pods) where pod.isUnfinished {
            guard let node = pod.nodeName else { continue }
            for volume in Self.volumes(of: pod, in: world) {
                wanted[volume.name, default: (volume, [])].nodes.append(node)
            }
        }
        var held: [String: String] = [:]
        var writes: [Write] = []
        for attachment in world.all(.volumeAttachments) {
            let name = attachment.at("spec", "source", "persistentVolumeName")?.string ?? ""
            let node = attachment.at("spec", "nodeName")?.string ?? ""
            if name.isEmpty || wanted[name]?.nodes.contains(node) == true
                || !isFree(node, world, now)
            {
                held[name] = node
                if attachment.at("status", "attached")?.bool != true {
                    var done = attachment
                    done.set("status", "attached", to: true)
                    writes.append(.put(done))
                }
            } else if let key = attachment.key {
                writes.append(.remove(key))
            }
        }
        for (name, entry) in wanted.sorted(by: { $0.key < $1.key }) where held[name] == nil {
            guard let node = entry.nodes.first(where: world.isLive) else { continue }
            writes.append(.put(attachment(of: entry.volume, to: node)))
        }
        return writes
    }

    /// The attachable volumes a pod uses.
    static func volumes(of pod: JSONValue, in world: World) -> [JSONValue] {
        Fit.claims(of: pod, in: world).compactMap { claim in
            world.object(.persistentVolumes, nil, claim.at("spec", "volumeName")?.string ?? "")
        }.filter {
            $0.at("spec", "csi") != nil && VolumeSource.export(of: $0) == nil
        }
    }

    private func isFree(_ node: String, _ world: World, _ now: Moment) -> Bool {
        guard let object = world.object(.nodes, nil, node), !world.isLive(node) else { return true }
        let since = Moment(object.condition("Ready")?["lastTransitionTime"]?.string)
        return !object.isReady && since.map { now >= $0.adding(.seconds(360)) } == true
    }

    private func attachment(of volume: JSONValue, to node: String) -> JSONValue {
        let driver = volume.at("spec", "csi", "driver")?.string ?? ""
        let handle = volume.at("spec", "csi", "volumeHandle")?.string ?? ""
        return [
            "apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment",
            "metadata": ["name": .string("csi-" + SHA256.hex("\(handle)\(driver)\(node)"))],
            "spec": [
                "attacher": .string(driver), "nodeName": .string(node),
                "source": ["persistentVolumeName": .string(volume.name)],
            ], "status": ["attached": false],
        ]
    }
}
