internal import Digest
import JSON
internal import Processes

/// The images a machine's containerd has: names, and blobs as real files.
///
/// What an image holds is invented, but it is a whole OCI image of one
/// platform with true digests, so it can be exported, carried and imported.
struct ContentStore: Sendable {
    /// The machine's root: `/` on it, its tree seen from the world.
    let root: String

    static let home = "/var/lib/rancher/k3s/agent/containerd"
    private var home: String { root + ContentStore.home }
    private var content: String { "\(home)/io.containerd.content.v1.content" }
    private var blobs: String { "\(content)/blobs/sha256" }
    private var list: String { "\(home)/images" }

    /// An image by one of its names.
    struct Image: Hashable, Sendable {
        let name: String
        /// `sha256:…` of its manifest, and of its configuration.
        let digest: String, id: String
        let architecture: String
        let size: Int
    }

    /// `docker.io/library/busybox:latest` for `busybox`.
    static func fullName(_ name: String) -> String {
        var name = name
        let first = name.split(separator: "/").first ?? ""
        if !name.contains("/") {
            name = "docker.io/library/\(name)"
        } else if !first.contains(".") && !first.contains(":") && first != "localhost" {
            name = "docker.io/\(name)"
        }
        let last = name.split(separator: "/").last ?? ""
        return last.contains(":") || last.contains("@") ? name : "\(name):latest"
    }

    /// Digests of manifests by name. A file for each name: kubelets, people and
    /// the lab itself write at the same time.
    private var names: [String: String] {
        let pairs = Disk.names(list).compactMap { file -> (String, String)? in
            let entry = Disk.read("\(list)/\(file)").flatMap { try? JSONValue(parsing: $0) }
            guard let name = entry?["name"]?.string, let digest = entry?["digest"]?.string else {
                return nil
            }
            return (name, digest)
        }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }

    private func file(_ name: String) -> String { "\(list)/\(SHA256.hex(name)).json" }

    /// What the kubelet looks into; it knows names and digests, no content.
    private var pulled: ImageStore { ImageStore(data: "\(root)/var/lib/rancher/k3s") }

    private func keep(_ name: String, _ digest: String) throws(DiskError) {
        try Disk.makeFolder(list)
        let entry: JSONValue = ["name": .string(name), "digest": .string(digest)]
        try Disk.write(file(name), entry.text + "\n")
        guard pulled.image(name) == nil, let image = image(name, digest) else { return }
        try pulled.put(
            StoredImage(
                name: name, digest: digest, platforms: ["linux/\(image.architecture)"],
                size: image.size))
    }

    /// Every image, by name: those whose content is here, and those that were
    /// only pulled, of which there is none.
    var images: [Image] {
        let own = names.keys.sorted().compactMap { name in names[name].flatMap { image(name, $0) } }
        let bare = pulled.all.filter { names[$0.name] == nil }.map { image in
            Image(
                name: image.name, digest: image.digest, id: image.digest,
                architecture: String(image.platforms.first?.split(separator: "/").last ?? ""),
                size: image.size)
        }
        return (own + bare).sorted { $0.name < $1.name }
    }

    /// The image called `name`, short or full, or with the given digest.
    func image(_ name: String) -> Image? {
        let full = ContentStore.fullName(name)
        return images.first { $0.name == full || $0.digest == name || $0.id == name }
    }

    private func image(_ name: String, _ digest: String) -> Image? {
        guard let manifest = blob(digest).flatMap({ try? JSONValue(parsing: $0) }),
            let id = manifest.at("config", "digest")?.string,
            let config = blob(id).flatMap({ try? JSONValue(parsing: $0) })
        else { return nil }
        let sizes = (manifest["layers"]?.array ?? []).compactMap { $0["size"]?.int }
        return Image(
            name: name, digest: digest, id: id,
            architecture: config["architecture"]?.string ?? "unknown", size: sizes.reduce(0, +))
    }

    private func blob(_ digest: String) -> [UInt8]? {
        Disk.read("\(blobs)/\(digest.dropFirst("sha256:".count))")
    }

    private func put(_ bytes: [UInt8]) throws(DiskError) -> JSONValue {
        let hex = SHA256.hex(bytes)
        try Disk.makeFolder(blobs)
        try Disk.write("\(blobs)/\(hex)", bytes)
        return ["digest": .string("sha256:\(hex)"), "size": .int(bytes.count)]
    }

    // MARK: changes

    /// Has the image called `name`, inventing it where it is new.
    func add(_ name: String, architecture: String) throws(DiskError) {
        let name = ContentStore.fullName(name)
        guard names[name] == nil else { return }
        var layer = try put([UInt8](repeating: 0, count: 1024))
        var config = try put(
            ([
                "architecture": .string(architecture), "os": "linux",
                "config": ["Labels": ["recover-lab/reference": .string(name)]],
                "rootfs": ["type": "layers", "diff_ids": .array([layer["digest"] ?? .null])],
            ] as JSONValue).utf8)
        layer["mediaType"] = "application/vnd.oci.image.layer.v1.tar"
        config["mediaType"] = "application/vnd.oci.image.config.v1+json"
        let manifest = try put(
            ([
                "schemaVersion": 2, "mediaType": .string(ContentStore.manifestType),
                "config": config, "layers": .array([layer]),
            ] as JSONValue).utf8)
        try keep(name, manifest["digest"]?.string ?? "")
    }

    /// Has what a registry gave under `name`: the manifest `digest` of one
    /// platform, and all it leads to.
    func add(_ name: String, manifest digest: String, _ blobs: [[UInt8]]) throws(DiskError) {
        for bytes in blobs { _ = try put(bytes) }
        try keep(name, digest)
    }

    static let manifestType = "application/vnd.oci.image.manifest.v1+json"

    /// Forgets a name; false when there is none like it.
    func remove(_ name: String) throws(DiskError) -> Bool {
        let full = ContentStore.fullName(name)
        let isKept = Disk.exists(file(full))
        Disk.remove(file(full))
        return pulled.remove(full) || isKept
    }

    // MARK: archives

    /// Writes `images` as an OCI archive to the file `path`.
    func export(_ images: [Image], to path: String) throws {
        let folder = "\(home)/export"
        try ContentStore.run("/usr/bin/rm", ["-rf", folder])
        try Disk.makeFolder("\(folder)/blobs/sha256")
        var index: [JSONValue] = []
        for image in images {
            guard let manifest = blob(image.digest),
                let parsed = try? JSONValue(parsing: manifest)
            else { throw LabFailure("content digest \(image.digest): not found") }
            let parts =
                [image.digest, image.id]
                + (parsed["layers"]?.array ?? []).compactMap { $0["digest"]?.string }
            for digest in parts {
                guard let bytes = blob(digest) else {
                    throw LabFailure("content digest \(digest): not found")
                }
                try Disk.write("\(folder)/blobs/sha256/\(digest.dropFirst(7))", bytes)
            }
            index.append([
                "mediaType": .string(ContentStore.manifestType), "digest": .string(image.digest),
                "size": .int(manifest.count),
                "annotations": ["io.containerd.image.name": .string(image.name)],
                "platform": ["os": "linux", "architecture": .string(image.architecture)],
            ])
        }
        try Disk.write("\(folder)/oci-layout", #"{"imageLayoutVersion":"1.0.0"}"#)
        let whole: JSONValue = ["schemaVersion": 2, "manifests": .array(index)]
        try Disk.write("\(folder)/index.json", whole.text)
        try ContentStore.run(
            "/usr/bin/tar", ["-cf", path, "-C", folder, "oci-layout", "index.json", "blobs"])
        try ContentStore.run("/usr/bin/rm", ["-rf", folder])
    }

    /// Takes in the images of the OCI archive at `path`; each blob must be what
    /// its digest says. Returns their names.
    func importArchive(_ path: String) throws -> [String] {
        let folder = "\(home)/import"
        try ContentStore.run("/usr/bin/rm", ["-rf", folder])
        try Disk.makeFolder(folder)
        try ContentStore.run("/usr/bin/tar", ["-xf", path, "-C", folder])
        guard let index = Disk.read("\(folder)/index.json").flatMap({ try? JSONValue(parsing: $0) })
        else { throw LabFailure("unrecognized image format") }
        for name in Disk.names("\(folder)/blobs/sha256") {
            let bytes = Disk.read("\(folder)/blobs/sha256/\(name)") ?? []
            guard SHA256.hex(bytes) == name else {
                throw LabFailure("unexpected digest of blob sha256:\(name): failed precondition")
            }
            _ = try put(bytes)
        }
        var taken: [String] = []
        for manifest in index["manifests"]?.array ?? [] {
            let name = manifest.at("annotations", "io.containerd.image.name")?.string
            guard let name, let digest = manifest["digest"]?.string, image(name, digest) != nil
            else { throw LabFailure("content of the archive is not complete: not found") }
            // What the name stood for before is another image.
            pulled.remove(name)
            try keep(name, digest)
            taken.append(name)
        }
        try ContentStore.run("/usr/bin/rm", ["-rf", folder])
        return taken
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let ended = try Command(program, arguments, environment: ["PATH": "/usr/bin:/bin"])
            .capture(deadline: .seconds(300))
        guard ended.ending.isSuccess else { throw LabFailure(ended.error.text) }
    }
}
