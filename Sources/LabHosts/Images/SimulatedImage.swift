internal import Digest
public import JSON

/// An image made up from its name: real manifests and digests over layers that
/// only say that they are simulated. The same name and platforms always give
/// the same bytes.
public struct SimulatedImage: Sendable {
    static let manifestType = "application/vnd.oci.image.manifest.v1+json"
    static let indexType = "application/vnd.oci.image.index.v1+json"

    /// Every blob by digest, manifests included.
    public private(set) var blobs: [String: [UInt8]] = [:]
    /// Descriptor of what the name stands for: an index, or, for one platform,
    /// its manifest.
    public private(set) var root: JSONValue = [:]
    /// Bytes of its layers.
    public private(set) var size = 0

    /// Makes the image `name` for `platforms`, such as `linux/arm64`.
    public init(_ name: String, platforms: [String]) {
        var manifests = platforms.map { manifest(name, $0) }
        if manifests.count == 1 {
            root = manifests.removeFirst()
            root["platform"] = nil
        } else {
            let index: JSONValue = [
                "schemaVersion": 2, "mediaType": .string(Self.indexType),
                "manifests": .array(manifests),
            ]
            root = add(index.utf8, Self.indexType)
        }
    }

    /// `sha256:…` of what the name stands for.
    public var digest: String { root["digest"]?.string ?? "" }

    private mutating func manifest(_ name: String, _ platform: String) -> JSONValue {
        let parts = platform.split(separator: "/").map(String.init)
        let place: JSONValue = [
            "os": .string(parts.first ?? "linux"), "architecture": .string(parts.last ?? ""),
        ]
        let text = Array("simulated layer of \(name) for \(platform)\n".utf8)
        let layer = add(text, "application/vnd.oci.image.layer.v1.tar")
        size += text.count
        var config = place
        config["rootfs"] = ["type": "layers", "diff_ids": [layer["digest"] ?? ""]]
        config["comment"] = "simulated by recover-lab"
        let manifest: JSONValue = [
            "schemaVersion": 2, "mediaType": .string(Self.manifestType),
            "config": add(config.utf8, "application/vnd.oci.image.config.v1+json"),
            "layers": [layer],
        ]
        var descriptor = add(manifest.utf8, Self.manifestType)
        descriptor["platform"] = place
        return descriptor
    }

    private mutating func add(_ bytes: [UInt8], _ type: String) -> JSONValue {
        let digest = "sha256:" + SHA256.hex(bytes)
        blobs[digest] = bytes
        return [
            "mediaType": .string(type), "digest": .string(digest), "size": .int(bytes.count),
        ]
    }
}
