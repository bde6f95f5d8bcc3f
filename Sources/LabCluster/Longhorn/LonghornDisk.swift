import JSON

/// A disk of a Longhorn node, as the node's status tells.
struct LonghornDisk {
    let node: String
    let name: String
    let uuid: String
    let path: String
    let isReady: Bool
    /// Whether new replicas may come.
    let isSchedulable: Bool

    static func all(in world: World) -> [LonghornDisk] {
        world.all(.longhornNodes).flatMap { node -> [LonghornDisk] in
            let accepts =
                node.at("spec", "allowScheduling")?.bool != false
                && node.condition("Schedulable")?["status"] == "True"
            return (node.at("status", "diskStatus")?.object ?? [:]).sorted { $0.key < $1.key }
                .map { name, status in
                    let declared = node.at("spec", "disks")?[name]
                    let isReady = node.isReady && Self.isReady(status)
                    return LonghornDisk(
                        node: node.name, name: name, uuid: status["diskUUID"]?.string ?? "",
                        path: status["diskPath"]?.string ?? "", isReady: isReady,
                        isSchedulable: isReady && accepts
                            && declared?["allowScheduling"]?.bool != false)
                }
        }
    }

    private static func isReady(_ status: JSONValue) -> Bool {
        (status["conditions"]?.array ?? []).contains {
            $0["type"] == "Ready" && $0["status"] == "True"
        }
    }
}
