/// What a registry serves, wherever it keeps it.
protocol ImageContent: Sendable {
    /// Every repository, ordered.
    var repositories: [String] { get }
    /// The tags of a repository, ordered; nil if there is no such repository.
    func tags(_ repository: String) -> [String]?
    /// The manifest a tag or a digest stands for.
    func manifest(_ repository: String, _ version: String) -> ImageManifest?
    /// The blob of a digest.
    func blob(_ repository: String, _ digest: String) -> [UInt8]?
}

/// A manifest or an index, as it is served.
struct ImageManifest: Hashable, Sendable {
    let mediaType: String
    let digest: String
    let bytes: [UInt8]
}
