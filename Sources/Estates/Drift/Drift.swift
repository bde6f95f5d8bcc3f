internal import JSON

/// Compares what is declared, what Git says, what was seen while the estate
/// was healthy, and what is live; fact by fact. Pure: the four are arguments.
public struct Drift {
    /// What was read on a cluster's machines and in its kubeconfig.
    public struct Local: Hashable, Sendable {
        /// Node to the text of its `registries.yaml`; nil text where it has none.
        public var registries: [String: String]
        /// Node to the text of its k3s `config.yaml`.
        public var settings: [String: String]
        /// The server in the kubeconfig the binding names.
        public var server: String?

        public init(
            registries: [String: String] = [:], settings: [String: String] = [:],
            server: String? = nil
        ) {
            self.registries = registries
            self.settings = settings
            self.server = server
        }
    }

    let estate: Estate
    /// nil when no source could be read; then why.
    let git: GitView?
    let gitSilence: String
    let observed: ObservedSnapshot?
    let live: ObservedSnapshot
    let local: [String: Local]
    let digest: ([UInt8]) -> String

    /// - Parameters:
    ///   - gitSilence: why `git` is nil, in a word or two.
    ///   - live: read just now.
    ///   - local: by cluster.
    ///   - digest: SHA-256 in hex, as the snapshots use it.
    public init(
        _ estate: Estate, git: GitView?, gitSilence: String = "not read",
        observed: ObservedSnapshot?, live: ObservedSnapshot, local: [String: Local] = [:],
        digest: @escaping ([UInt8]) -> String
    ) {
        self.estate = estate
        self.git = git
        self.gitSilence = gitSilence
        self.observed = observed
        self.live = live
        self.local = local
        self.digest = digest
    }

    /// Every row, cluster by cluster.
    public var rows: [DriftRow] {
        estate.clusters.flatMap { cluster -> [DriftRow] in
            let name = cluster["name"]?.string ?? ""
            guard !estate.nodeNames(cluster: name).isEmpty || live.clusters[name] != nil else {
                return []
            }
            return [version(name)] + addresses(name) + ranges(name) + kubeconfig(name)
                + registry(name) + resolver(name) + charts(name) + readMe(name) + nodes(name)
                + strangers(name)
        }
    }

    // MARK: the four places

    func declared(_ path: String) -> DriftRow.Cell {
        estate.stated(path).map { .value($0) } ?? .silent("unknown")
    }

    func fromGit(_ value: (GitView) -> String?) -> DriftRow.Cell {
        guard let git else { return .silent(gitSilence) }
        return value(git).map { .value($0) } ?? .silent("does not say")
    }

    /// The variables a file in Git may give the fact; several values are shown.
    func variable(_ name: String) -> DriftRow.Cell {
        fromGit { git in
            let values = git.values(of: name)
            return values.isEmpty ? nil : values.joined(separator: " and ")
        }
    }

    func seen(
        _ snapshot: ObservedSnapshot?, _ cluster: String, _ section: String,
        _ value: ([String: JSONValue]) -> String?
    ) -> DriftRow.Cell {
        guard let snapshot else { return .silent("no snapshot") }
        switch snapshot.clusters[cluster]?[section] {
        case nil: return .silent("not looked at")
        case .cannotTell(let why)?: return .silent("cannot tell: \(why)")
        case .items(let items)?: return value(items).map { .value($0) } ?? .silent("not there")
        }
    }

    /// A row of which the last two columns are read in the same way.
    func row(
        _ cluster: String, _ fact: String, declared: DriftRow.Cell, git: DriftRow.Cell,
        section: String, value: ([String: JSONValue]) -> String?, meaning: String, next: String
    ) -> DriftRow {
        DriftRow(
            cluster, fact, declared: declared, git: git,
            observed: seen(observed, cluster, section, value),
            live: seen(live, cluster, section, value), meaning: meaning, next: next)
    }
}
