import JSON

/// An image a node holds, as its container runtime remembers it.
public struct StoredImage: Hashable, Sendable {
    /// The whole name, `docker.io/library/nginx:1`.
    public var name: String
    /// Digest of what the name stands for: an index, or one manifest.
    public var digest: String
    /// What it can run on, such as `linux/arm64`.
    public var platforms: [String]
    /// Bytes of its layers.
    public var size: Int
    /// Kept when the kubelet tidies up: it came from `agent/images`.
    public var isPinned: Bool

    public init(
        name: String, digest: String, platforms: [String], size: Int, isPinned: Bool = false
    ) {
        self.name = name
        self.digest = digest
        self.platforms = platforms
        self.size = size
        self.isPinned = isPinned
    }

    init?(_ json: JSONValue) {
        guard let name = json["name"]?.string, let digest = json["digest"]?.string else {
            return nil
        }
        self.init(
            name: name, digest: digest,
            platforms: (json["platforms"]?.array ?? []).compactMap(\.string),
            size: json["size"]?.int ?? 0, isPinned: json["pinned"]?.bool ?? false)
    }

    var json: JSONValue {
        [
            "name": .string(name), "digest": .string(digest),
            "platforms": .array(platforms.map(JSONValue.string)), "size": .int(size),
            "pinned": .bool(isPinned),
        ]
    }
}
