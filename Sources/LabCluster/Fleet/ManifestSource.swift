public import JSON

/// Where Fleet reads Git. The lab's composition reads the real repository.
public protocol ManifestSource: Sendable {
    /// The commit the branch points to, 40 hex digits.
    func head(repository: String, branch: String) throws -> String
    /// The objects under `path` at `commit`.
    func manifests(repository: String, commit: String, path: String) throws -> [JSONValue]
}
