public import JSON

extension Cluster {
    /// The world in a form two of which can be compared: what a drill must
    /// bring back. See `ComparableWorld`.
    public func worldState() -> JSONValue {
        ComparableWorld(world, disks: options.disks).state
    }

    /// A digest of the bytes of every volume, by `<namespace>/<claim>`.
    public func volumeDigests() -> [String: String] {
        VolumeDigests(world, disks: options.disks).all
    }
}
