internal import Digest
internal import JSON
internal import LabHosts

/// The folder Zot keeps images in: below it, for each repository, an OCI image
/// layout of real files. Read at every request, so that a file taken away or
/// damaged shows at once.
struct OCILayout: ImageContent {
    private static let refName = "org.opencontainers.image.ref.name"

    /// The folder, `rootDirectory` in Zot's configuration.
    let root: String

    var repositories: [String] { found(below: "").sorted() }

    func tags(_ repository: String) -> [String]? {
        entries(repository).map { entries in
            Set(entries.compactMap { $0.at("annotations", Self.refName)?.string }).sorted()
        }
    }

    func manifest(_ repository: String, _ version: String) -> ImageManifest? {
        let isDigest = version.contains(":")
        let entry = entries(repository)?.last {
            isDigest
                ? $0["digest"]?.string == version
                : $0.at("annotations", Self.refName)?.string == version
        }
        // A manifest of an index is not listed by itself.
        let digest = entry?["digest"]?.string ?? (isDigest ? version : nil)
        guard let digest, let bytes = blob(repository, digest),
            let type = entry?["mediaType"]?.string
                ?? (try? JSONValue(parsing: bytes))?["mediaType"]?.string
        else { return nil }
        return ImageManifest(mediaType: type, digest: digest, bytes: bytes)
    }

    func blob(_ repository: String, _ digest: String) -> [UInt8]? {
        guard Self.isSafe(repository), Self.isDigest(digest) else { return nil }
        return Disk.read(path(repository, digest))
    }

    // MARK: writing

    /// Keeps a blob. Its bytes are its name.
    func put(_ bytes: [UInt8], in repository: String) throws {
        guard Self.isSafe(repository) else {
            throw LabFailure("invalid repository name: \(repository)")
        }
        let folder = "\(root)/\(repository)"
        try Disk.makeFolder("\(folder)/blobs/sha256")
        if !Disk.exists("\(folder)/oci-layout") {
            try Disk.write("\(folder)/oci-layout", #"{"imageLayoutVersion":"1.0.0"}"#)
        }
        if !Disk.exists("\(folder)/index.json") { try write([], repository) }
        try Disk.write(path(repository, "sha256:" + SHA256.hex(bytes)), bytes)
    }

    /// Gives a manifest that is kept already the tag `version`.
    func tag(_ repository: String, _ version: String, _ manifest: ImageManifest) throws {
        var all = (entries(repository) ?? []).filter {
            $0.at("annotations", Self.refName)?.string != version
        }
        var entry: JSONValue = [
            "mediaType": .string(manifest.mediaType), "digest": .string(manifest.digest),
            "size": .int(manifest.bytes.count),
        ]
        if !version.contains(":") {
            entry["annotations"] = .object([Self.refName: .string(version)])
        }
        all.append(entry)
        try write(all, repository)
    }

    /// Pushes a simulated image under its name, as a mirror job once did.
    func put(_ image: SimulatedImage, _ name: ImageReference) throws {
        for bytes in image.blobs.values { try put(bytes, in: name.repository) }
        guard let type = image.root["mediaType"]?.string, let bytes = image.blobs[image.digest]
        else { return }
        try tag(
            name.repository, name.version,
            ImageManifest(mediaType: type, digest: image.digest, bytes: bytes))
    }

    private func write(_ entries: [JSONValue], _ repository: String) throws {
        guard Self.isSafe(repository) else {
            throw LabFailure("invalid repository name: \(repository)")
        }
        let index: JSONValue = [
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": .array(entries),
        ]
        try Disk.write("\(root)/\(repository)/index.json", index.text)
    }

    // MARK: reading

    private func entries(_ repository: String) -> [JSONValue]? {
        guard Self.isSafe(repository), let bytes = Disk.read("\(root)/\(repository)/index.json")
        else { return nil }
        return (try? JSONValue(parsing: bytes))?["manifests"]?.array
    }

    private func found(below path: String) -> [String] {
        Disk.names(path.isEmpty ? root : "\(root)/\(path)").flatMap { name -> [String] in
            let inner = path.isEmpty ? name : "\(path)/\(name)"
            guard name != "blobs", !name.hasPrefix(".") else { return [] }
            return Disk.exists("\(root)/\(inner)/oci-layout") ? [inner] : found(below: inner)
        }
    }

    private func path(_ repository: String, _ digest: String) -> String {
        "\(root)/\(repository)/blobs/sha256/\(digest.dropFirst(7))"
    }

    static func isDigest(_ text: String) -> Bool {
        text.hasPrefix("sha256:") && text.utf8.count == 71
            && text.dropFirst(7).allSatisfy(\.isHexDigit)
    }

    /// Nothing outside the folder is a repository.
    static func isSafe(_ repository: String) -> Bool {
        repository.split(separator: "/", omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") }
    }
}
