internal import Estates
internal import JSON
internal import RecoveryEngine
internal import Runbooks
internal import YAML

/// The runbooks that are for each cluster of an estate, as far as it says what
/// it is.
struct RecoveryPaths {
    private let library: RunbookLibrary

    init(_ site: Site) { library = site.runbooks }

    func of(_ estate: Estate) -> [RecoveryPath] {
        let runbooks = library.names().compactMap { try? library.runbook($0) }
        return estate.clusters.flatMap { cluster -> [RecoveryPath] in
            guard let name = cluster["name"]?.string else { return [] }
            return runbooks.filter { applies($0, cluster) }.map { path($0, name, cluster) }
        }
    }

    private func applies(_ runbook: Runbook, _ cluster: JSONValue) -> Bool {
        runbook.appliesTo.allSatisfy { path, values in
            path.root == "cluster" && Self.fact(path.rest, cluster).map(values.contains) ?? false
        }
    }

    private static func fact(_ path: some Sequence<String>, _ cluster: JSONValue) -> String? {
        path.reduce(Optional(cluster)) { $0?[$1] }?.string
    }

    /// Whether a step is for this cluster, as far as one can know beforehand.
    private func isMeant(_ step: YAMLNode, _ cluster: JSONValue) -> Bool {
        (step["when"]?.mapping?.entries ?? []).allSatisfy { entry in
            let words = entry.key.text.split(separator: ".").map(String.init)
            guard words.first == "cluster", let stated = Self.fact(words.dropFirst(), cluster),
                stated != "unknown"
            else { return true }
            return entry.value.sequence?.contains { $0.scalar?.text == stated } ?? true
        }
    }

    private func path(_ runbook: Runbook, _ name: String, _ cluster: JSONValue) -> RecoveryPath {
        RecoveryPath(
            cluster: name, runbook: runbook.name, version: runbook.version, title: runbook.title,
            command: Pages.command(runbook),
            objective: runbook.objective.map { Int($0 / .seconds(60)) },
            prerequisites: runbook.prerequisites.compactMap { $0["title"]?.scalar?.text },
            steps: steps(runbook.steps, cluster))
    }

    private func steps(_ nodes: [YAMLNode], _ cluster: JSONValue) -> [RecoveryPath.Step] {
        nodes.filter { isMeant($0, cluster) }.flatMap { node -> [RecoveryPath.Step] in
            if let name = node["include"]?.scalar?.text {
                return steps((try? library.fragment(name))?.steps ?? [], cluster)
            }
            let people = node["approve"].map { $0.json.int ?? $0.json["persons"]?.int ?? 1 } ?? 0
            return [
                RecoveryPath.Step(title: node["title"]?.scalar?.text ?? "", approvals: people)
            ]
        }
    }
}
