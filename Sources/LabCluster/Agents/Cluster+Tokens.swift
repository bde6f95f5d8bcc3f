extension Cluster {
    /// Whether a bootstrap token lets an agent in: `abcdef.0123456789abcdef`,
    /// with the digest of the authority in front or without.
    func admits(_ text: String) -> Bool {
        guard text.hasPrefix("K10") else { return takes(bootstrapToken: text) }
        let parts = text.dropFirst(3).split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0] == authority.certificateDigest else { return false }
        return takes(bootstrapToken: String(parts[1].drop { $0 == ":" }))
    }

    /// A bootstrap token as k3s prints it.
    public func full(_ token: BootstrapToken) -> String {
        "K10\(authority.certificateDigest)::\(token.text)"
    }
}
