import JSON

/// One volume of a pod that lies on a file server.
struct FileExport: Hashable {
    /// Name of the PersistentVolume, or of the volume written in the pod.
    let volume: String
    let server: String
    let path: String
    /// Where the kubelet mounts it, below the pod's folder.
    private let place: String

    /// Those of `pod`, through its claims and written in it.
    static func all(of pod: JSONValue, in world: World) -> [FileExport] {
        let claimed = Fit.claims(of: pod, in: world).compactMap { claim in
            world.object(.persistentVolumes, nil, claim.at("spec", "volumeName")?.string ?? "")
        }.compactMap { FileExport($0.name, $0["spec"] ?? [:]) }
        let written = (pod.at("spec", "volumes")?.array ?? []).compactMap { volume in
            FileExport(volume["name"]?.string ?? "", volume)
        }
        return claimed + written
    }

    private init?(_ name: String, _ source: JSONValue) {
        guard let export = VolumeSource.export(of: ["spec": source]) else { return nil }
        volume = name
        (server, path) = export
        place =
            source["csi"] == nil
            ? "kubernetes.io~nfs/\(name)" : "kubernetes.io~csi/\(name)/mount"
    }

    var isCSI: Bool { place.hasSuffix("/mount") }

    /// `pod`'s mount of it, made while the server has this generation.
    func mount(of pod: JSONValue, generation: Int) -> FileMount {
        FileMount(
            pod: pod.uid, volume: volume, server: server, path: path,
            target: "/var/lib/kubelet/pods/\(pod.uid)/volumes/\(place)", generation: generation)
    }
}
