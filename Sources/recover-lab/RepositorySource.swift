import JSON
import LabCluster
import LabHosts
import Synchronization
import YAML

/// What Fleet reads: the real repository of the lab, through the `git`
/// program. Commits never change, so each is read once.
final class RepositorySource: ManifestSource {
    private let repository: Repository
    private let read = Mutex<[String: [JSONValue]]>([:])

    init(_ repository: Repository) { self.repository = repository }

    func head(repository url: String, branch: String) throws -> String {
        try requireOwn(url)
        return try repository.head(branch)
    }

    func manifests(repository url: String, commit: String, path: String) throws -> [JSONValue] {
        try requireOwn(url)
        let key = "\(commit):\(path)"
        if let known = read.withLock({ $0[key] }) { return known }
        let objects = try repository.manifests(commit, folder: path).flatMap { file in
            do {
                return try YAMLParser.parseAll(file.bytes).map(\.json)
            } catch {
                throw LabFailure("\(file.path) at \(commit): \(error)")
            }
        }
        read.withLock { $0[key] = objects }
        return objects
    }

    /// The lab has one repository, and no way out to another.
    private func requireOwn(_ url: String) throws(LabFailure) {
        guard url == Repository.url(repository.paths) else {
            throw LabFailure("the lab cannot reach the repository \(url)")
        }
    }
}
