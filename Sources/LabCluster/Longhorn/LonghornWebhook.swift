import JSON

/// What Longhorn's admission refuses.
enum LonghornWebhook {
    static func check(
        _ new: JSONValue, from old: JSONValue?, _ type: ResourceType, _ world: World
    ) throws(StatusError) {
        switch type.key {
        case .longhornVolumes: try checkVolume(new, old, type)
        case .longhornNodes: try checkNode(new, old, world)
        default: break
        }
    }

    /// The size is a string of exact bytes: neither a number nor `1Gi`.
    private static func checkVolume(
        _ new: JSONValue, _ old: JSONValue?, _ type: ResourceType
    ) throws(StatusError) {
        guard let size = new.at("spec", "size") else { return }
        guard let text = size.string else {
            throw .invalid(
                type, new.name, field: "spec.size",
                "Invalid value: \"integer\": spec.size in body must be of type string: \"integer\"")
        }
        guard !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            throw denied(
                "mutator",
                "json: invalid use of ,string struct tag, trying to unmarshal \"\(text)\" into int64"
            )
        }
        let source = new.at("spec", "fromBackup")?.string ?? ""
        guard old == nil, !source.isEmpty, LonghornBackup.place(source) == nil else { return }
        throw denied("validator", "invalid backup URL \(source)")
    }

    /// A disk goes from a node only when it takes nothing new and holds nothing.
    private static func checkNode(
        _ new: JSONValue, _ old: JSONValue?, _ world: World
    ) throws(StatusError) {
        let kept = new.at("spec", "disks")?.object ?? [:]
        for (name, disk) in old?.at("spec", "disks")?.object ?? [:] where kept[name] == nil {
            guard disk["allowScheduling"]?.bool == false else {
                throw denied(
                    "validator",
                    "delete Disk on node \(new.name) error: Please disable the disk \(name) first")
            }
            let uuid = old?.at("status", "diskStatus")?[name]?["diskUUID"]
            let holds = world.all(.longhornReplicas).contains {
                LonghornReplicas.node(of: $0) == new.name && $0.at("spec", "diskID") == uuid
            }
            guard !holds else {
                throw denied(
                    "validator",
                    """
                    delete Disk on node \(new.name) error: Please remove all replicas and backing \
                    images on the disk \(name) first
                    """)
            }
        }
    }

    private static func denied(_ hook: String, _ why: String) -> StatusError {
        StatusError(
            code: 400, reason: "BadRequest",
            message: "admission webhook \"\(hook).longhorn.io\" denied the request: \(why)")
    }
}
