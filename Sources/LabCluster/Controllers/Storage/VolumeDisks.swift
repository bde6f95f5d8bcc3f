/// The disks volumes lie on. A cluster without any keeps the objects only.
public protocol VolumeDisks: Sendable {
    /// Whether there is a directory.
    func exists(_ place: VolumePlace) -> Bool
    /// Makes the directory and those above it; without effect if it is there.
    func make(_ place: VolumePlace)
    /// Writes `text` as the first file of the directory, if it has none.
    func fill(_ place: VolumePlace, _ text: String)
    /// Removes the directory and what is in it.
    func remove(_ place: VolumePlace)
    /// Makes `target` hold what `source` holds, and nothing else.
    func copy(_ source: VolumePlace, to target: VolumePlace)
    /// A digest over the names, the modes and the bytes in the directory; nil
    /// if there is none.
    func digest(of place: VolumePlace) -> String?
}
