/// Where GitOps engines read Git. The lab's composition reads the real
/// repository. Called outside every lock; what it throws stands in the status of
/// whoever asked.
public protocol ManifestSource: Sendable {
    /// The commit `revision` stands for, 40 hex digits: a branch, a tag, a
    /// commit, or `HEAD`.
    func commit(repository: String, revision: String) throws -> String
    /// Every file of `commit`.
    func tree(repository: String, commit: String) throws -> ManifestTree
}
