internal import JSON

/// A volume of a file server in the mount table of a machine: a small file in
/// its `/run`, which a start of the machine empties.
public struct NodeMount: Hashable, Sendable {
    private static let folder = "/run/nfs-mounts"

    /// The pod's UID and the volume's name.
    public var pod: String, volume: String
    public var server: String, path: String
    /// Where it stands.
    public var target: String
    /// Which identity of the file system it belongs to.
    public var generation: Int
    /// A kubelet hangs in it.
    public var isStuck: Bool
    /// Taken off while somebody had it open.
    public var isDetached: Bool

    public init(
        pod: String, volume: String, server: String, path: String, target: String,
        generation: Int, isStuck: Bool, isDetached: Bool
    ) {
        self.pod = pod
        self.volume = volume
        self.server = server
        self.path = path
        self.target = target
        self.generation = generation
        self.isStuck = isStuck
        self.isDetached = isDetached
    }

    private init?(_ json: JSONValue) {
        guard let pod = json["pod"]?.string, let volume = json["volume"]?.string,
            let server = json["server"]?.string, let path = json["path"]?.string
        else { return nil }
        self.init(
            pod: pod, volume: volume, server: server, path: path,
            target: json["target"]?.string ?? "", generation: json["generation"]?.int ?? 0,
            isStuck: json["stuck"]?.bool ?? false, isDetached: json["detached"]?.bool ?? false)
    }

    private var json: JSONValue {
        [
            "pod": .string(pod), "volume": .string(volume), "server": .string(server),
            "path": .string(path), "target": .string(target), "generation": .int(generation),
            "stuck": .bool(isStuck), "detached": .bool(isDetached),
        ]
    }

    private func file(_ root: String) -> String { "\(root)\(Self.folder)/\(pod).\(volume).json" }

    /// All of the machine whose files are at `root`.
    public static func all(_ root: String) -> [NodeMount] {
        Disk.names(root + folder).compactMap { name in
            Disk.read("\(root)\(folder)/\(name)").flatMap { try? JSONValue(parsing: $0) }
                .flatMap(NodeMount.init)
        }
    }

    /// Adds it, in place of the same pod's same volume.
    public func put(_ root: String) throws(DiskError) {
        try Disk.makeFolder(root + Self.folder)
        try Disk.write(file(root), json.text + "\n")
    }

    /// Takes it away.
    public func remove(_ root: String) { Disk.remove(file(root)) }
}
