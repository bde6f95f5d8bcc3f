internal import Digest
internal import JSON

/// The images on one node: what `crictl images` lists, `ctr images import`
/// adds to and the kubelet looks into.
///
/// A folder with one small JSON file for each name, so that the world and the
/// programs in a node's sandbox can write it at the same time. The real store
/// is a database of containerd's; its content is not simulated.
public struct ImageStore: Sendable {
    private static let data = "/var/lib/rancher/k3s"
    private let data: String
    private let folder: String

    /// The store below `data`, the folder k3s keeps its data in: on a machine
    /// `/var/lib/rancher/k3s`, from outside that path in the node's tree.
    public init(data: String) {
        self.data = data
        folder = "\(data)/agent/containerd/io.recover-lab.images"
    }

    /// Every image, ordered by name.
    public var all: [StoredImage] {
        Disk.names(folder).filter { $0.hasSuffix(".json") }
            .compactMap { read("\(folder)/\($0)") }.sorted { $0.name < $1.name }
    }

    /// The image called `name`, if it is here. A name without a digest is also
    /// found under the name it was pinned with, and the other way round.
    public func image(_ name: String) -> StoredImage? {
        guard let wanted = ImageReference(name) else { return nil }
        if let exact = read(file(wanted.description)) { return exact }
        guard let digest = wanted.digest else { return nil }
        return all.first {
            $0.digest == digest && ImageReference($0.name)?.repository == wanted.repository
        }
    }

    /// Adds `image`, or replaces the one of its name.
    public func put(_ image: StoredImage) throws(DiskError) {
        try Disk.makeFolder(folder)
        try Disk.write(file(image.name), image.json.text + "\n")
    }

    /// Adds `image` and its content, as a pull brings them: the manifest
    /// `manifest` of one platform, its configuration and its layers.
    public func put(
        _ image: StoredImage, manifest: String, content: [[UInt8]]
    ) throws(DiskError) {
        try put(image)
        guard data.hasSuffix(Self.data) else { return }
        try ContentStore(root: String(data.dropLast(Self.data.count))).add(
            image.name, manifest: manifest, content)
    }

    /// Forgets the image; false if there is none of this name.
    @discardableResult public func remove(_ name: String) -> Bool {
        let full = ImageReference(name)?.description ?? name
        guard Disk.exists(file(full)) else { return false }
        Disk.remove(file(full))
        return true
    }

    private func file(_ name: String) -> String { "\(folder)/\(SHA256.hex(name)).json" }

    private func read(_ path: String) -> StoredImage? {
        Disk.read(path).flatMap { try? JSONValue(parsing: $0) }.flatMap(StoredImage.init)
    }
}
