import Digest
import JSON
import Processes

/// Snapshots of a running server's etcd: real ones, with their digest behind.
public struct EtcdSnapshot: Sendable {
    let boot: ServerBoot
    /// The program `etcdctl`.
    let etcdctl: String

    /// Snapshots of the server `boot` describes.
    public init(_ boot: ServerBoot, etcdctl: String) {
        self.boot = boot
        self.etcdctl = etcdctl
    }

    /// Where k3s keeps them, as the machine calls it.
    public var folder: String { "\(boot.folder.shown)/db/snapshots" }

    /// Takes one called `name` with node and time behind, in `directory` of the
    /// machine or where k3s keeps them; `cluster` records it. Returns its name.
    ///
    /// - Throws: `ServerRefusal` with etcd's words.
    public func take(_ name: String, directory: String?, in cluster: Cluster) throws -> String {
        let place = boot.folder.outside(directory ?? folder)
        // Only its own folder is made.
        if place == boot.folder.outside(folder) { try Files.makeDirectory(place) }
        let now = Moment.now
        let file = "\(name)-\(boot.settings.nodeName)-\(now.seconds)"
        try save(to: "\(place)/\(file)")
        let size = try Files.read("\(place)/\(file)")?.count ?? 0
        try record(
            file, location: "file://\(directory ?? folder)/\(file)", size: size, now: now, cluster)
        return file
    }

    /// The `ETCDSnapshotFile` k3s makes of a snapshot, with the hash of the
    /// token it needs.
    private func record(
        _ file: String, location: String, size: Int, now: Moment, _ cluster: Cluster
    ) throws {
        if let type = ResourceType.all.first(where: { $0.key == Self.resource }) {
            try cluster.put(ResourceDefinition.object(of: type))
        }
        let hash = SHA256.hex(JoinToken(cluster.password).password).prefix(12)
        let node = boot.settings.nodeName
        try cluster.put([
            "apiVersion": "k3s.cattle.io/v1", "kind": "ETCDSnapshotFile",
            "metadata": [
                "name": .string("local-\(file)"),
                "labels": ["etcd.k3s.cattle.io/snapshot-storage-node": .string(node)],
                "annotations": [
                    "etcd.k3s.cattle.io/snapshot-token-hash": .string(String(hash))
                ],
            ],
            "spec": [
                "snapshotName": .string(file), "nodeName": .string(node),
                "location": .string(location),
            ],
            "status": [
                "creationTime": .string(now.text), "readyToUse": true,
                "size": .string(String(size)),
            ],
        ])
    }

    /// Name, location, size and time of this machine's snapshots.
    public func all(
        directory: String?, in cluster: Cluster
    ) throws -> [(String, String, String, String)] {
        let place = directory ?? folder
        return Files.names(boot.folder.outside(place)).map { name in
            let known = cluster.world.object(Self.resource, nil, "local-\(name)")
            let path = boot.folder.outside("\(place)/\(name)")
            let size = (try? Files.read(path))??.count ?? 0
            let created = known?.at("status", "creationTime")?.string ?? ""
            return (name, "file://\(place)/\(name)", String(size), created)
        }
    }

    /// Removes one, file and record.
    public func delete(_ name: String, directory: String?, in cluster: Cluster) throws {
        let path = boot.folder.outside("\(directory ?? folder)/\(name)")
        guard try Files.read(path) != nil else {
            throw ServerRefusal("snapshot \(name) not found")
        }
        Files.remove(path)
        try cluster.remove(Self.resource, namespace: nil, name: "local-\(name)")
    }

    private static let resource = ResourceKey(group: "k3s.cattle.io", name: "etcdsnapshotfiles")

    /// Saves one at `path`, as this process calls it.
    ///
    /// - Throws: `ServerRefusal` with etcd's words.
    public func save(to path: String) throws {
        let member = EtcdMember(folder: boot.folder, settings: boot.settings)
        let tls = boot.folder.file("tls/etcd")
        let done = try Command(
            etcdctl,
            [
                "--endpoints", member.client, "--cacert", "\(tls)/server-ca.crt", "--cert",
                "\(tls)/client.crt", "--key", "\(tls)/client.key", "snapshot", "save", path,
            ], environment: ["ETCDCTL_API": "3"]
        ).capture(deadline: .seconds(120))
        guard done.ending.isSuccess else {
            let line = done.error.text.split(separator: "\n").last.map(String.init)
            throw ServerRefusal(line ?? done.ending.description)
        }
    }
}
