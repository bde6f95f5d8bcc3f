import LabCluster
import LabHosts
import Synchronization

/// What GitOps engines read: the real repository of the lab, through the `git`
/// program. Commits never change, so each is read once.
final class RepositorySource: ManifestSource {
    private let repository: Repository
    private let trees = Mutex<[String: ManifestTree]>([:])

    /// Whether the repository's host answers.
    private let isThere: @Sendable () -> Bool

    init(_ repository: Repository, isThere: @escaping @Sendable () -> Bool) {
        self.repository = repository
        self.isThere = isThere
    }

    func commit(repository url: String, revision: String) throws -> String {
        try requireOwn(url)
        // A commit that was read is there.
        if trees.withLock({ $0[revision] != nil }) { return revision }
        try requireHost()
        return try repository.commit(revision)
    }

    func tree(repository url: String, commit: String) throws -> ManifestTree {
        try requireOwn(url)
        if let known = trees.withLock({ $0[commit] }) { return known }
        try requireHost()
        let tree = ManifestTree(files: try repository.files(commit))
        trees.withLock { $0[commit] = tree }
        return tree
    }

    /// The lab has one repository, and no way out to another.
    private func requireOwn(_ url: String) throws(LabFailure) {
        guard [Repository.url(repository.paths), GitHost.url].contains(url) else {
            throw LabFailure("the lab cannot reach the repository \(url)")
        }
    }

    /// Whatever the URL says, what is not read yet comes from there.
    private func requireHost() throws(LabFailure) {
        guard isThere() else {
            throw LabFailure(
                "dial tcp \(OutsideAddresses.gitHost):22: connect: connection refused")
        }
    }
}
