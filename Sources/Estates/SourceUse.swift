internal import JSON

/// How the clusters of an estate read a source of the binding.
public struct SourceUse: Hashable, Sendable {
    /// How they write where its repository is: inside, it may have another
    /// address than here.
    public let urls: [String]
    /// Whether one of them takes the folders beneath the source's by itself.
    public let isDeep: Bool

    /// Every engine but Argo CD does.
    init(_ clusters: [JSONValue]) {
        urls = clusters.compactMap { $0.at("gitops", "url")?.statedText }
        isDeep =
            clusters.isEmpty
            || clusters.contains { $0.at("gitops", "engine")?.statedText != "argocd" }
    }

    /// Of a source no cluster is known to read.
    public static let unknown = SourceUse([])
}

extension Estate {
    /// By the name of a source how it is read.
    public var sourceUses: [String: SourceUse] {
        Dictionary(grouping: clusters) { $0.at("gitops", "source")?.statedText ?? "" }
            .mapValues { SourceUse($0) }
    }
}
