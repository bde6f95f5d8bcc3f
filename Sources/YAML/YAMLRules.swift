/// What a text may hold to be read.
public struct YAMLRules: Hashable, Sendable {
    /// Most bytes of a text, nodes of all its documents, levels of nesting.
    public let bytes: Int
    public let nodes: Int
    public let depth: Int
    /// Whether it may be somebody else's YAML: with anchors, aliases and merge
    /// keys, each counted as what it stands for, and with any character.
    public let isForeign: Bool

    /// What this project's own languages allow: everything has one meaning, the
    /// one a reviewer sees.
    public static let own = YAMLRules(
        bytes: YAMLParser.maximumBytes, nodes: YAMLParser.maximumNodes,
        depth: YAMLParser.maximumDepth, isForeign: false)

    /// What Kubernetes manifests need: definitions are long and deep.
    public static let manifests = YAMLRules(
        bytes: YAMLParser.maximumBytes, nodes: 200_000, depth: 100, isForeign: true)
}
