/// What Git reached by ssh wants of an engine: a key. Whether it is the right one nobody
/// looks at.
enum DeployKey {
    /// The words of the Git library of Argo CD and Fleet that has none.
    static let missing =
        "error creating SSH agent: \"SSH agent requested but SSH_AUTH_SOCK not-specified\""

    /// Whether `url` is reached by ssh: `ssh://…`, or `git@host:path`.
    static func isNeeded(for url: String) -> Bool {
        url.hasPrefix("ssh://") || url.contains("@") && !url.contains("://")
    }
}
