import JSON

/// What lies in the volumes: a digest of the bytes of each, by its claim.
struct VolumeDigests {
    /// Digests by `<namespace>/<claim>`, or `-/<volume>` without a claim.
    let all: [String: String]

    init(_ world: World, disks: (any VolumeDisks)?) {
        guard let disks else {
            all = [:]
            return
        }
        var digests: [String: String] = [:]
        for volume in world.all(.persistentVolumes) {
            let claim = volume.at("spec", "claimRef")
            let name =
                claim.map { "\($0["namespace"]?.string ?? "")/\($0["name"]?.string ?? "")" }
                ?? "-/\(volume.name)"
            digests[name] = Self.digest(of: volume, world, disks)
        }
        all = digests
    }

    /// Replicas of one volume that hold different bytes are told apart.
    private static func digest(
        of volume: JSONValue, _ world: World, _ disks: any VolumeDisks
    ) -> String? {
        if volume.at("spec", "csi", "driver")?.string == ClaimClass.longhorn {
            let handle = volume.at("spec", "csi", "volumeHandle")?.string ?? ""
            let places = LonghornReplicas(of: handle, in: world).healthy
            let digests = Set(places.map { disks.digest(of: $0) ?? "missing" })
            return digests.isEmpty ? "no healthy replica" : digests.sorted().joined(separator: " ")
        }
        let home = VolumeSource.home(of: volume, in: world) ?? ""
        guard let place = VolumeSource.place(of: volume, on: home) else { return nil }
        return disks.digest(of: place) ?? "missing"
    }
}
