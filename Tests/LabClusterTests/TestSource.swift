import JSON
import Synchronization

@testable import LabCluster

/// A repository a test can push to. Commits are told apart by their first
/// letter.
final class TestSource: ManifestSource {
    struct Unknown: Error, CustomStringConvertible {
        let description: String
    }

    private let commits: Mutex<[(name: String, tree: ManifestTree)]> = Mutex([])
    private let isGone = Mutex(false)

    init(_ files: [String: String]) { push("a", files) }

    /// 40 digits, as Git has them.
    static func hash(_ name: String) -> String { String(repeating: name, count: 40) }

    func push(_ name: String, _ files: [String: String]) {
        let tree = ManifestTree(files: files.mapValues { Array($0.utf8) })
        commits.withLock { $0.append((Self.hash(name), tree)) }
    }

    /// From now on nothing answers.
    func breakDown() { isGone.withLock { $0 = true } }
    /// It answers again.
    func mend() { isGone.withLock { $0 = false } }

    func commit(repository: String, revision: String) throws -> String {
        if isGone.withLock(\.self) { throw Unknown(description: "no route to host") }
        let known = commits.withLock { $0.map(\.name) }
        if known.contains(revision) { return revision }
        guard ["main", "HEAD"].contains(revision), let last = known.last else {
            throw Unknown(description: "unable to resolve '\(revision)' to a commit SHA")
        }
        return last
    }

    func tree(repository: String, commit: String) throws -> ManifestTree {
        guard let found = commits.withLock({ $0.last { $0.name == commit } }) else {
            throw Unknown(description: "no commit \(commit)")
        }
        return found.tree
    }
}
