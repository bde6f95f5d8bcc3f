import JSON

/// Where the bytes of a PersistentVolume lie.
enum VolumeSource {
    /// The directory a pod on `node` sees; nil for a volume that is none.
    static func place(of volume: JSONValue, on node: String) -> VolumePlace? {
        if let path = volume.at("spec", "hostPath", "path")?.string
            ?? volume.at("spec", "local", "path")?.string
        {
            return VolumePlace(node: node, path: path)
        }
        return export(of: volume).map {
            VolumePlace(node: "", path: "/nfs/\($0.server)\($0.path)")
        }
    }

    /// The node a volume's affinity ties it to.
    static func home(of volume: JSONValue, in world: World) -> String? {
        guard let affinity = volume.at("spec", "nodeAffinity", "required") else { return nil }
        return world.all(.nodes).first { Fit.matches(affinity, $0) }?.name
            ?? affinity["nodeSelectorTerms"]?[0]?["matchExpressions"]?[0]?["values"]?[0]?.string
    }

    /// Server and path of a volume on a file server.
    static func export(of volume: JSONValue) -> (server: String, path: String)? {
        if let nfs = volume.at("spec", "nfs"), let server = nfs["server"]?.string {
            return (server, nfs["path"]?.string ?? "/")
        }
        guard volume.at("spec", "csi", "driver")?.string == "nfs.csi.k8s.io",
            let attributes = volume.at("spec", "csi", "volumeAttributes"),
            let server = attributes["server"]?.string
        else { return nil }
        let below = attributes["subdir"]?.string.map { "/\($0)" } ?? ""
        return (server, (attributes["share"]?.string ?? "/") + below)
    }
}
