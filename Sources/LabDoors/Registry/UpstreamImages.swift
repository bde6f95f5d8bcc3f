internal import JSON
internal import LabHosts
import Synchronization

/// The images of the world outside: every name exists, for both architectures,
/// unless `lab.yaml` says otherwise.
final class UpstreamImages: Sendable {
    /// Whole names that do not exist, or beginnings that end in `*`.
    private let absent: [String]
    /// Platforms of images that are not for both architectures.
    private let platforms: [String: [String]]
    /// What the manifests that were asked for lead to.
    private let blobs = Mutex<[String: [UInt8]]>([:])

    /// `images:` of `lab.yaml`: `absent: [NAME]`, `architectures: {NAME: [arm64]}`.
    /// A lost image, as a fault may name it, never exists.
    init(_ facts: JSONValue?) {
        absent =
            (facts?["absent"]?.array ?? []).compactMap(\.string) + ["registry.invalid/lost:*"]
        platforms = (facts?["architectures"]?.object ?? [:]).mapValues {
            ($0.array ?? []).compactMap(\.string).map { "linux/\($0)" }
        }
    }

    /// The image called `name`; nil if there is none.
    func image(_ name: ImageReference) -> SimulatedImage? {
        let full = "\(name.registry)/\(name.repository):\(name.tag ?? "")"
        let isAbsent = absent.contains { pattern in
            pattern.hasSuffix("*") ? full.hasPrefix(pattern.dropLast()) : full == pattern
        }
        guard !isAbsent else { return nil }
        let image = SimulatedImage(
            full, platforms: platforms[full] ?? ["linux/amd64", "linux/arm64"])
        blobs.withLock { $0.merge(image.blobs) { $1 } }
        return image
    }

    fileprivate func blob(_ digest: String) -> [UInt8]? { blobs.withLock { $0[digest] } }
}

/// One of the public registries: the one whose name the client asked for.
struct UpstreamRegistry: ImageContent {
    let images: UpstreamImages
    let name: String

    var repositories: [String] { [] }
    func tags(_ repository: String) -> [String]? { [] }

    func manifest(_ repository: String, _ version: String) -> ImageManifest? {
        if version.contains(":") {
            // An index's part, or a pinned image, of which nothing is known.
            let bytes = images.blob(version) ?? []
            let type = (try? JSONValue(parsing: bytes))?["mediaType"]?.string
            return ImageManifest(
                mediaType: type ?? SimulatedImage.indexType, digest: version, bytes: bytes)
        }
        guard let reference = ImageReference("\(name)/\(repository):\(version)"),
            let image = images.image(reference), let bytes = image.blobs[image.digest]
        else { return nil }
        return ImageManifest(
            mediaType: image.root["mediaType"]?.string ?? "", digest: image.digest, bytes: bytes)
    }

    func blob(_ repository: String, _ digest: String) -> [UInt8]? { images.blob(digest) }
}
