import Synchronization

@testable import LabCluster

/// Disks without a machine: the text in each directory.
final class MemoryDisks: VolumeDisks {
    private let content = Mutex<[VolumePlace: String]>([:])

    var places: [VolumePlace: String] { content.withLock { $0 } }

    /// The text at `path` of `node`.
    func text(_ node: String, _ path: String) -> String? {
        content.withLock { $0[VolumePlace(node: node, path: path)] }
    }

    func set(_ place: VolumePlace, _ text: String?) { content.withLock { $0[place] = text } }

    func exists(_ place: VolumePlace) -> Bool { content.withLock { $0[place] != nil } }
    func make(_ place: VolumePlace) { content.withLock { $0[place] = $0[place] ?? "" } }
    func fill(_ place: VolumePlace, _ text: String) {
        content.withLock { if $0[place] == "" { $0[place] = text } }
    }
    func remove(_ place: VolumePlace) { content.withLock { $0[place] = nil } }
    func copy(_ source: VolumePlace, to target: VolumePlace) {
        content.withLock { $0[target] = $0[source] }
    }
    func digest(of place: VolumePlace) -> String? { content.withLock { $0[place] } }
}
