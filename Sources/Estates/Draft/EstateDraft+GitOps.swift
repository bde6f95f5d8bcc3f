internal import JSON

/// What the cluster shows of its GitOps engine.
extension EstateDraft {
    /// The engine whose definitions there are; nil when none or several are.
    public static func gitopsEngine(of seen: [String: ObservedSection]) -> String? {
        engine(
            [
                ("argocd", "applications.argoproj.io"),
                ("flux", "kustomizations.kustomize.toolkit.fluxcd.io"),
                ("fleet", "gitrepos.fleet.cattle.io"),
            ], in: seen)
    }

    private var gitopsEngine: String? { Self.gitopsEngine(of: seen) }

    var gitopsFacts: [String] {
        let who = "whoever keeps the Git repository"
        let common = [
            line("engine", gitopsEngine, ask: "whoever runs it"),
            "cluster: \(name)\(gitopsEngine == "fleet" ? "  # or the one that manages it" : "")",
            line("namespace", gitopsNamespace, ask: "whoever installed it"),
        ]
        let source = source
        let own: [String] =
            switch gitopsEngine {
            case "argocd":
                [
                    line(
                        "root", root?.name, ask: "\(who): the one Application all others come from"),
                    line("url", source?["url"]?.string, ask: who),
                    line("path", source?["path"]?.string, ask: who),
                ]
            case "flux":
                [
                    line("root", root?.name, ask: "\(who): the Kustomization all others come from"),
                    line("repository", root?.source, ask: "\(who): the GitRepository it reads"),
                    line("url", source?["url"]?.string, ask: who),
                    line("branch", source?["wanted"]?.string, ask: who),
                ]
            case "fleet":
                [
                    line("repository", fleet?.name, ask: "\(who): the GitRepo"),
                    line("url", fleet?.is["url"]?.string, ask: who),
                    line("branch", fleet?.is["wanted"]?.string, ask: who),
                ]
            default: []
            }
        return ["gitops:"]
            + (common + own + ["source: unknown  # the name of a source in the binding"])
            .map { "  \($0)" }
    }

    /// That of Fleet is a workspace, which no workload shows.
    private var gitopsNamespace: String? {
        workload(["argocd-application-controller", "kustomize-controller"])?.namespace
            ?? fleet.map { Self.parts($0.place).namespace }
    }

    /// The one object the others come from: some are its, and it is nobody else's.
    private var root: (place: String, name: String, source: String?)? {
        let all = items("owners").map { (place: $0.name, name: Self.parts($0.name).name, $0.is) }
        let names = Set(all.map(\.name))
        // Application's of other namespaces are NAMESPACE_NAME there.
        let owners = all.map { item in
            let by = item.2["by"]?.string ?? ""
            return by.split(separator: "_").last.map(String.init) ?? by
        }
        let roots = zip(all, owners).filter { item, owner in
            owners.contains(item.name) && (owner == item.name || !names.contains(owner))
        }.map(\.0)
        guard roots.count == 1 else { return nil }
        return (roots[0].place, roots[0].name, roots[0].2["source"]?.string)
    }

    /// What the root reads: an Application says it itself, a Kustomization by its source.
    var source: JSONValue? {
        guard let root else { return fleet?.is }
        guard gitopsEngine == "flux" else { return seen["applications"]?.items?[root.place] }
        let place = "\(Self.parts(root.place).namespace)/\(root.source ?? "")"
        return seen["git-repositories"]?.items?[place]
    }

    private var fleet: (place: String, name: String, is: JSONValue)? {
        let repositories = items("fleet-repositories")
        return repositories.count == 1
            ? (repositories[0].name, Self.parts(repositories[0].name).name, repositories[0].is)
            : nil
    }

    private static func parts(_ place: String) -> (namespace: String, name: String) {
        let parts = place.split(separator: "/").map(String.init)
        return (parts.first ?? "", parts.last ?? "")
    }
}
