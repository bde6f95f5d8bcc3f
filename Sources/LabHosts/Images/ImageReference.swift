/// The name of an image, with what people leave out filled in as containerd
/// does: `nginx` is `docker.io/library/nginx:latest`.
public struct ImageReference: Hashable, Sendable, CustomStringConvertible {
    /// Host, and port if there is one.
    public let registry: String
    /// The path within the registry.
    public let repository: String
    /// The tag; nil only where a digest stands alone.
    public let tag: String?
    /// `sha256:…`, where the name is pinned.
    public let digest: String?

    /// Reads `text`; nil if it is no name of an image.
    public init?(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        digest = parts.count == 2 ? String(parts[1]) : nil
        var path = parts[0]
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        if let colon = name.lastIndex(of: ":") {
            tag = String(path[path.index(after: colon)...])
            path = path[..<colon]
        } else {
            tag = digest == nil ? "latest" : nil
        }
        var steps = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isHost =
            steps.count > 1
            && (steps[0].contains(".") || steps[0].contains(":") || steps[0] == "localhost")
        registry = isHost ? steps.removeFirst() : "docker.io"
        if registry == "docker.io", steps.count == 1 { steps.insert("library", at: 0) }
        repository = steps.joined(separator: "/")
        guard !steps.contains(""), tag != "", digest == nil || digest?.hasPrefix("sha256:") == true
        else { return nil }
    }

    /// Where in the registry the manifest is asked for: the digest, else the tag.
    public var version: String { digest ?? tag ?? "latest" }

    /// The whole name, as containerd keeps it.
    public var description: String {
        "\(registry)/\(repository)" + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }
}
