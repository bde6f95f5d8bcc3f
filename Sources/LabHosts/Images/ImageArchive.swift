internal import JSON

/// An image archive as `ctr images import` and `agent/images` take it: an OCI
/// layout in a tar file, or what `docker save` writes.
public enum ImageArchive {
    /// The images in the archive at `path`; none if it is no such archive.
    public static func images(at path: String) -> [StoredImage] {
        guard let bytes = Disk.read(path) else { return [] }
        let files = TarArchive.files(bytes)
        let index = files["index.json"].flatMap { try? JSONValue(parsing: $0) }
        if let entries = index?["manifests"]?.array {
            return entries.compactMap { image($0, files) }
        }
        let saved = files["manifest.json"].flatMap { try? JSONValue(parsing: $0) }
        return (saved?.array ?? []).flatMap { docker($0, files) }
    }

    /// The archive `ctr images export --platform` would write: one platform
    /// only, so that the digest of an image for several ones changes.
    public static func bytes(of image: StoredImage, platform: String) -> [UInt8] {
        let single = SimulatedImage(image.name, platforms: [platform])
        var entry = single.root
        entry["annotations"] = [
            "io.containerd.image.name": .string(image.name),
            "org.opencontainers.image.ref.name": .string(ImageReference(image.name)?.tag ?? ""),
        ]
        let index: JSONValue = ["schemaVersion": 2, "manifests": [entry]]
        var files = ["oci-layout": Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8)]
        files["index.json"] = index.utf8
        for (digest, bytes) in single.blobs { files[blob(digest)] = bytes }
        return TarArchive.bytes(files)
    }

    private static func blob(_ digest: String) -> String {
        "blobs/" + digest.split(separator: ":").joined(separator: "/")
    }

    private static func image(_ entry: JSONValue, _ files: [String: [UInt8]]) -> StoredImage? {
        let notes = entry["annotations"]
        let name =
            notes?["io.containerd.image.name"]?.string
            ?? notes?["org.opencontainers.image.ref.name"]?.string
        guard let name, let full = ImageReference(name)?.description,
            let digest = entry["digest"]?.string, let root = document(digest, files)
        else { return nil }
        let manifests = root["manifests"]?.array ?? [entry]
        // An index may name platforms whose content the archive does not have.
        let present = manifests.compactMap { part -> (platform: String, size: Int)? in
            guard let manifest = part["digest"]?.string.flatMap({ document($0, files) }),
                let config = manifest.at("config", "digest")?.string.flatMap({ document($0, files) }
                )
            else { return nil }
            let layers = manifest["layers"]?.array ?? []
            return (platform(config), layers.compactMap { $0["size"]?.int }.reduce(0, +))
        }
        return StoredImage(
            name: full, digest: digest, platforms: present.map(\.platform),
            size: present.map(\.size).reduce(0, +))
    }

    private static func docker(_ entry: JSONValue, _ files: [String: [UInt8]]) -> [StoredImage] {
        let config = entry["Config"]?.string.flatMap { files[$0] }
            .flatMap { try? JSONValue(parsing: $0) }
        guard let config else { return [] }
        return (entry["RepoTags"]?.array ?? []).compactMap(\.string).compactMap { tag in
            guard let name = ImageReference(tag)?.description else { return nil }
            let image = SimulatedImage(name, platforms: [platform(config)])
            return StoredImage(
                name: name, digest: image.digest, platforms: [platform(config)], size: image.size)
        }
    }

    private static func platform(_ config: JSONValue) -> String {
        "\(config["os"]?.string ?? "linux")/\(config["architecture"]?.string ?? "unknown")"
    }

    private static func document(_ digest: String, _ files: [String: [UInt8]]) -> JSONValue? {
        files[blob(digest)].flatMap { try? JSONValue(parsing: $0) }
    }
}
