internal import Digest
import JSON

/// The Secrets Argo CD knows repositories by: one for each, and templates for all whose URL
/// begins alike.
struct RepositorySecrets: Sendable {
    private static let label = "argocd.argoproj.io/secret-type"
    /// URLs with a key, and beginnings of such.
    private let whole: Set<String>
    private let beginnings: [String]

    init(_ world: World) {
        let homes = Set(ArgoNames.server.workloads(in: world).map(\.namespace))
        let keyed = world.all(.secrets).filter {
            homes.contains($0.namespace) && $0.at("data", "sshPrivateKey") != nil
        }
        func urls(_ type: String) -> [String] {
            keyed.filter { $0.label(Self.label) == type }.compactMap { secret in
                secret.at("data", "url")?.string.flatMap(Base64.decode)
                    .map { Self.plain(String(decoding: $0, as: UTF8.self)) }
            }
        }
        whole = Set(urls("repository"))
        beginnings = urls("repo-creds")
    }

    /// Why Argo CD cannot read a repository; nil: nothing it needs for that is missing.
    func refusal(of url: String) -> String? {
        guard DeployKey.isNeeded(for: url) else { return nil }
        let plain = Self.plain(url)
        guard !whole.contains(plain), !beginnings.contains(where: plain.hasPrefix) else {
            return nil
        }
        return
            "Failed to load target state: failed to generate manifest: rpc error: code = Unknown "
            + "desc = \(DeployKey.missing)"
    }

    /// `git@host:team/a.git`, `ssh://git@host/team/a`: the same.
    private static func plain(_ url: String) -> String {
        var plain = url.lowercased()
        if plain.hasPrefix("ssh://") { plain.removeFirst("ssh://".count) }
        if plain.hasSuffix(".git") { plain.removeLast(".git".count) }
        return String(plain.map { $0 == ":" ? "/" : $0 })
    }
}
