import LabCluster
import LabHosts
import Synchronization

/// What GitOps engines read: the real repository of the lab, through the `git`
/// program. Commits never change, so each is read once.
final class RepositorySource: ManifestSource {
    private let repository: Repository
    private let trees = Mutex<[String: ManifestTree]>([:])

    init(_ repository: Repository) { self.repository = repository }

    func commit(repository url: String, revision: String) throws -> String {
        try requireOwn(url)
        // A commit that was read is there.
        if trees.withLock({ $0[revision] != nil }) { return revision }
        return try repository.commit(revision)
    }

    func tree(repository url: String, commit: String) throws -> ManifestTree {
        try requireOwn(url)
        if let known = trees.withLock({ $0[commit] }) { return known }
        let tree = ManifestTree(files: try repository.files(commit))
        trees.withLock { $0[commit] = tree }
        return tree
    }

    /// The lab has one repository, and no way out to another.
    private func requireOwn(_ url: String) throws(LabFailure) {
        guard url == Repository.url(repository.paths) else {
            throw LabFailure("the lab cannot reach the repository \(url)")
        }
    }
}
