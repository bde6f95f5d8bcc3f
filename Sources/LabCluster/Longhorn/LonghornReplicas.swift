import JSON

/// The replicas of one Longhorn volume.
struct LonghornReplicas {
    static let namespace = "longhorn-system"

    let all: [JSONValue]

    init(of volume: String, in world: World) {
        all = world.all(.longhornReplicas).filter { $0.at("spec", "volumeName")?.string == volume }
    }

    /// Where those lie that hold the volume's whole content.
    var healthy: [VolumePlace] { all.filter(Self.isHealthy).map(Self.place) }

    static func isHealthy(_ replica: JSONValue) -> Bool {
        (replica.at("spec", "failedAt")?.string ?? "").isEmpty
            && !(replica.at("spec", "healthyAt")?.string ?? "").isEmpty
    }

    static func hasFailed(_ replica: JSONValue) -> Bool {
        !(replica.at("spec", "failedAt")?.string ?? "").isEmpty
    }

    static func node(of replica: JSONValue) -> String { replica.at("spec", "nodeID")?.string ?? "" }

    static func place(_ replica: JSONValue) -> VolumePlace {
        let disk = replica.at("spec", "diskPath")?.string ?? "/var/lib/longhorn/"
        let folder = replica.at("spec", "dataDirectoryName")?.string ?? replica.name
        return VolumePlace(node: node(of: replica), path: "\(disk)replicas/\(folder)")
    }
}
