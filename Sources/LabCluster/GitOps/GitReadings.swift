import JSON

/// What was read from Git for one round, before the cluster's lock is taken.
/// Nothing asks Git while the lock is held: what was not read answers nil, and
/// the next round reads it.
struct GitReadings: Sendable {
    /// A place and a revision of it somebody needs.
    struct Request: Hashable {
        let repository: String
        /// A branch, a tag or a commit.
        let revision: String
    }

    private var commits: [Request: Result<String, RenderFailure>] = [:]
    private var trees: [Request: Result<ManifestTree, RenderFailure>] = [:]

    /// Reads what `requests` name, but for repositories the engine is refused.
    init(
        _ requests: Set<Request>, from source: any ManifestSource,
        refusal: (_ repository: String) -> String? = { _ in nil }
    ) {
        for request in requests {
            if let words = refusal(request.repository) {
                commits[request] = .failure(RenderFailure(words))
                continue
            }
            let commit = Self.caught {
                try source.commit(repository: request.repository, revision: request.revision)
            }
            commits[request] = commit
            guard case .success(let hash) = commit else { continue }
            let place = Request(repository: request.repository, revision: hash)
            guard trees[place] == nil else { continue }
            trees[place] = Self.caught {
                try source.tree(repository: request.repository, commit: hash)
            }
        }
    }

    private static func caught<Value>(
        _ body: () throws -> Value
    ) -> Result<Value, RenderFailure> {
        Result(catching: body).mapError { RenderFailure("\($0)") }
    }

    /// The commit `revision` stands for; nil if it was not read.
    func commit(_ repository: String, _ revision: String) -> Result<String, RenderFailure>? {
        commits[Request(repository: repository, revision: revision)]
    }

    /// The files of a commit; nil if they were not read.
    func tree(_ repository: String, _ commit: String) -> Result<ManifestTree, RenderFailure>? {
        trees[Request(repository: repository, revision: commit)]
    }

    /// Whether `other` was read from the same commits.
    func hasSameCommits(as other: GitReadings) -> Bool { commits == other.commits }
}
