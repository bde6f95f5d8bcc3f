/// What it means that a fact is unknown: how much, and who could say it.
struct UnknownFact {
    let weight: EstateFinding.Weight
    let who: String

    private static let owner = "whoever runs the estate"
    private static let cluster = "the live cluster: recover estate init or recover snapshot take"
    private static let flags =
        "a server's flags: /etc/rancher/k3s/config.yaml, or the manifests of the control plane"
    private static let machine = "the machine itself: log in and look"
    private static let repository = "whoever keeps the Git repository"
    private static let backups = "whoever takes the backups"
    private static let provider = "the provider's console or contract"

    /// By the last word of the path, or the last two where one is not enough.
    private static let table: [String: UnknownFact] = [
        "owner": .init(.blocks, owner), "purpose": .init(.blocks, owner),
        "environment": .init(.blocks, owner),
        "datastore": .init(
            .matters, "a server's disk: server/db/etcd is etcd, server/db/state.db is SQLite"),
        "api": .init(.matters, "a kubeconfig that works"),
        "version": .init(.matters, cluster), "distribution": .init(.matters, cluster),
        "cni": .init(.matters, "the live cluster: kubectl get daemonsets -A"),
        "pod-cidr": .init(.matters, flags), "service-cidr": .init(.matters, flags),
        "storage-classes": .init(.matters, cluster),
        "labels": .init(.matters, cluster), "taints": .init(.matters, cluster),
        "internal": .init(.matters, cluster), "architecture": .init(.matters, cluster),
        "operating-system": .init(.note, cluster), "kernel": .init(.note, cluster),
        "container-runtime": .init(.note, cluster), "node-labels": .init(.note, cluster),
        "resolvers": .init(.matters, "the machine itself: resolvectl dns"),
        "data": .init(.matters, machine), "server-flags": .init(.matters, machine),
        "gitops": .init(.matters, repository), "root": .init(.matters, repository),
        "repository": .init(.matters, repository), "url": .init(.matters, repository),
        "branch": .init(.matters, repository),
        "source": .init(.matters, "the binding, under sources"),
        "sources": .init(.matters, repository), "engine": .init(.matters, cluster),
        "backend": .init(.matters, owner), "backups": .init(.matters, backups),
        "host": .init(.matters, backups), "path": .init(.matters, backups),
        "file": .init(.matters, backups), "sha256": .init(.matters, backups),
        "taken": .init(.matters, backups), "lives": .init(.matters, owner),
        "single-point": .init(.matters, provider), "redundancy": .init(.matters, provider),
        "documents": .init(.note, owner), "registry": .init(.note, owner),
        "certificates": .init(.note, owner), "policy": .init(.note, owner),
        "identity": .init(.note, owner), "dns": .init(.matters, owner),
        "address": .init(.note, cluster), "range": .init(.note, provider),
    ]

    private init(_ weight: EstateFinding.Weight, _ who: String) {
        self.weight = weight
        self.who = who
    }

    /// What is known of the unknown fact at `path`.
    static func at(_ path: String) -> UnknownFact {
        let words = path.split(separator: " ").map(String.init)
        return words.last.flatMap { table[$0] } ?? UnknownFact(.note, owner)
    }
}
