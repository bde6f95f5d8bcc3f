internal import YAML

/// Argument lists that write to a GitOps engine's objects.
enum GitOpsRule {
    /// What `line` writes to, as the beginning of a sentence, or nil.
    static func write(_ line: CommandLine, input: YAMLNode?) -> String? {
        switch line.program {
        case "kubectl": return kubectl(line, input)
        case "flux":
            let verb = line.operands(valued: ["-n", "--namespace", "--context"]).first ?? ""
            let writing = [
                "suspend", "resume", "reconcile", "create", "delete", "bootstrap", "uninstall",
                "install",
            ]
            return writing.contains(verb) ? "flux \(verb) writes to Flux" : nil
        case "argocd":
            let operands = line.operands(valued: [
                "--server", "--auth-token", "-N", "--app-namespace",
            ])
            let reading = [
                "get", "list", "diff", "history", "manifests", "resources", "logs", "wait",
            ]
            guard ["app", "appset", "proj"].contains(operands.first ?? "") else { return nil }
            let verb = operands.dropFirst().first ?? ""
            return reading.contains(verb) ? nil : "argocd \(operands[0]) \(verb) writes to Argo CD"
        default: return nil
        }
    }

    private static let writing: Set = [
        "patch", "scale", "annotate", "label", "apply", "create", "replace", "edit", "set",
        "delete",
    ]

    private static func kubectl(_ line: CommandLine, _ input: YAMLNode?) -> String? {
        guard let verb = line.kubectl.first, writing.contains(verb) else { return nil }
        // Any word: a resource stands first, behind options, or in a path.
        for word in line.arguments.map(\.text) where !word.isEmpty {
            for part in word.split(whereSeparator: { "/,=".contains($0) }) {
                if let engine = engine(String(part), isPath: word.hasPrefix("/")) {
                    return "kubectl \(verb) writes to \(engine)"
                }
            }
        }
        let group = input?["json"]?["apiVersion"]?.scalar?.text.split(separator: "/").first ?? ""
        return engine(group: String(group)).map { "kubectl \(verb) writes to \($0)" }
    }

    /// The engine whose resource, or group in a path, `word` names.
    private static func engine(_ word: String, isPath: Bool) -> String? {
        if isPath { return engine(group: word) }
        let parts = word.split(separator: ".", maxSplits: 1)
        let name = parts.first.map { $0.lowercased() } ?? ""
        for (engine, group, names) in engines where names.contains(name) {
            if parts.count == 1 || String(parts[1]).hasSuffix(group) { return engine }
        }
        return nil
    }

    private static func engine(group: String) -> String? {
        engines.first { group == $0.group || group.hasSuffix("." + $0.group) }?.engine
    }

    private static let engines: [(engine: String, group: String, names: Set<String>)] = [
        (
            "Argo CD", "argoproj.io",
            [
                "application", "applications", "applicationset", "applicationsets", "appproject",
                "appprojects",
            ]
        ),
        (
            "Flux", "toolkit.fluxcd.io",
            [
                "kustomization", "kustomizations", "ks", "helmrelease", "helmreleases", "hr",
                "gitrepository",
                "gitrepositories", "gitrepo", "ocirepository", "ocirepositories", "helmrepository",
                "helmrepositories", "helmchart", "helmcharts", "bucket", "buckets",
            ]
        ),
        (
            "Fleet", "fleet.cattle.io",
            ["gitrepo", "gitrepos", "bundle", "bundles", "bundledeployment", "bundledeployments"]
        ),
    ]
}
