import JSON
import LabCluster
import LabHosts
import Synchronization

/// `k3s token create|list|delete|generate|rotate` on a server.
struct K3sTokens {
    let clusters: Clusters
    let host: String

    private static let groups = ["system:bootstrappers:k3s:default-node-token"]
    private static let warning = """
        \u{1B}[33mWARNING\u{1B}[0m: Recommended to keep a record of the old token. If restoring from \
        a snapshot, you must use the token associated with that snapshot.

        """

    /// What it prints; empty for what the lab does not simulate.
    ///
    /// - Throws: the words of k3s.
    func answer(_ question: JSONValue) throws -> JSONValue {
        let arguments = question["arguments"]?.array?.compactMap(\.string) ?? []
        guard let call = KubeadmCall(arguments) else { return [:] }
        switch call.words.first {
        case "generate" where call.fits(words: 1): return said(BootstrapToken.text() + "\n")
        case "list" where call.fits(words: 1):
            return said(try running().cluster.tokenList(withSecrets: false))
        case "create" where call.fits(words: 1...2, ["ttl", "description"]):
            return try create(call)
        case "delete" where call.words.count > 1 && call.fits(words: 1...20, []):
            let cluster = try running().cluster
            return said(
                try call.words.dropFirst().map {
                    "bootstrap token \"\(try cluster.removeToken($0))\" deleted\n"
                }.joined())
        case "rotate" where call.fits(words: 1, ["token", "new-token"]):
            let (cluster, server) = try running()
            let old = call.options["token"] ?? question["kept"]?.string ?? ""
            try cluster.rotateToken(
                from: old.split(separator: "\n").joined(), to: call.options["new-token"],
                on: server.boot)
            return said(Self.warning + "Token rotated, restart k3s nodes with new token\n")
        default: return [:]
        }
    }

    private func said(_ text: String) -> JSONValue {
        ["exit": 0, "output": .string(text), "error": ""]
    }

    /// The server on this machine, and what it serves.
    private func running() throws -> (cluster: Cluster, server: RunningServer) {
        guard let server = clusters.servers.withLock({ $0[host] }),
            let cluster = clusters.running(of: host)
        else {
            throw LabFailure(
                "Get \"https://127.0.0.1:6443/cacerts\": dial tcp 127.0.0.1:6443: connect: connection "
                    + "refused")
        }
        return (cluster, server)
    }

    private func create(_ call: KubeadmCall) throws -> JSONValue {
        guard let seconds = KubeadmCall.seconds(call.options["ttl"] ?? "24h") else { return [:] }
        let given = call.words.count > 1 ? call.words[1] : nil
        let token = BootstrapToken(
            given, lasts: seconds == 0 ? nil : seconds, groups: Self.groups,
            note: call.options["description"] ?? "")
        guard let token else {
            throw LabFailure(
                "the bootstrap token \"\(given ?? "")\" was not of the form "
                    + "\"\\\\A([a-z0-9]{6})\\\\.([a-z0-9]{16})\\\\z\"")
        }
        let cluster = try running().cluster
        try cluster.keep(token)
        return said(cluster.full(token) + "\n")
    }
}
