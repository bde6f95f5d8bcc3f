internal import JSON

/// How the estate comes back.
extension EstateDocument {
    /// A3.
    var rebuild: [String] {
        var lines = ["## A3: Bootstrap and rebuild checklist", ""]
        for name in clusterNames() {
            lines += ["### \(name)", ""]
            let own = paths.filter { $0.cluster == name }
            if own.isEmpty {
                lines += [
                    "No runbook is for this cluster as it is declared: see what is unknown below.",
                    "",
                ]
            }
            for path in own {
                lines += [
                    "#### \(path.runbook) \(path.version): \(path.title) [r]", "",
                    "Begins with `\(path.command)`.", "",
                ]
                lines += path.prerequisites.map { "- [ ] before: \(Markdown.cell($0))" }
                lines += path.steps.map { step in
                    let people =
                        switch step.approvals {
                        case 0: ""
                        case 1: " (one person agrees)"
                        default: " (\(step.approvals) persons agree)"
                        }
                    return "- [ ] \(Markdown.cell(step.title))\(people)"
                }
                lines.append("")
            }
        }
        return lines + [
            "Last rehearsal: `recover drill due` knows; one that is older than 90 days counts for little.",
            "",
        ]
    }

    /// A4, and with it the first half of Q4.
    var dependencies: [String] {
        let rows = estate.list("dependencies").map { dependency -> [String] in
            let name = dependency["name"]?.string ?? ""
            let consumers = graph.consumers(of: name)
            return [
                name, Cited.declared(dependency["kind"]), Cited.declared(dependency["lives"]),
                consumers.isEmpty
                    ? "none that is declared [c]" : consumers.joined(separator: ", ") + " [c]",
            ]
                + ["redundancy", "contact", "credentials", "probe", "runbook", "note"].map {
                    $0 == "note" ? dependency[$0]?.statedText ?? "" : Cited.declared(dependency[$0])
                }
        }
        return ["## A4: External dependency register", ""]
            + Markdown.table(
                [
                    "dependency", "type", "lives", "consumers", "redundancy", "contact",
                    "credentials",
                    "probe", "runbook", "note",
                ], rows)
            + ["Backups:", ""]
            + Markdown.table(
                ["backup", "kind", "cluster", "host", "path", "taken"],
                estate.list("backups").map { backup in
                    [backup["name"]?.string ?? ""]
                        + ["kind", "cluster", "host", "path", "taken"].map {
                            Cited.declared(backup[$0])
                        }
                })
    }

    /// Q4. What nobody has called redundant is taken for a single point.
    var singlePoints: [String] {
        let declared = estate.list("single-points-of-failure")
        let cuts = graph.cuts
        let names = Set(declared.compactMap { $0["name"]?.string })
        let assumed = estate.list("dependencies").filter { dependency in
            let name = dependency["name"]?.string ?? ""
            return !names.contains(name) && !cuts.contains { $0.name == name }
                && dependency["single-point"]?.bool != false
                && dependency["redundancy"]?.statedText == nil
        }.compactMap { $0["name"]?.string }
        let rows = Set(cuts.map(\.name)).union(names).sorted().map { name -> [String] in
            let lost = cuts.first { $0.name == name }?.losses ?? []
            let point = declared.first { $0["name"]?.string == name }
            return [
                name, point == nil ? "no" : "yes [d]", point?["what"]?.words ?? "",
                lost.isEmpty ? "nothing that is declared" : lost.joined(separator: ", ") + " [c]",
            ]
        }
        let circles = estate.list("circularities").map { circle in
            "- \(circle["members"]?.statedTexts.joined(separator: " ↔ ") ?? ""): "
                + "\(circle["note"]?.words ?? "") [d]"
        }
        return ["## Q4: Which dependencies are single points of failure", ""]
            + Markdown.table(["element", "declared", "what", "without it is gone"], rows)
            + [
                "Taken for single points because nobody has said that they are redundant: "
                    + (assumed.isEmpty ? "none" : assumed.joined(separator: ", ")) + " [c]", "",
            ]
            + ["Hidden circularities:", ""] + (circles.isEmpty ? ["None is declared."] : circles)
            + [""]
    }

    /// Q5.
    var shortestPaths: [String] {
        ["## Q5: The shortest way back after the loss of a cluster or a node", ""]
            + Markdown.table(
                ["cluster", "runbook", "steps", "time (RTO)", "age of data (RPO)", "asked before"],
                clusterNames().flatMap { name in
                    paths.filter { $0.cluster == name }.map { path in
                        [
                            name, "\(path.runbook) \(path.version) [r]", "\(path.steps.count) [r]",
                            path.objective.map { "\($0) min [r]" } ?? "unknown", age(name, path),
                            "`recover plan \(path.runbook) … --probe`",
                        ]
                    }
                })
    }

    private func age(_ cluster: String, _ path: RecoveryPath) -> String {
        let kinds = ["etcd", "sqlite"].filter(path.runbook.contains)
        let kind = path.runbook.contains("sealed") ? "sealing-keys" : kinds.first
        guard let kind else { return "no data is restored [r]" }
        let backup = estate.list("backups").first {
            $0["cluster"]?.string == cluster && $0["kind"]?.string == kind
        }
        guard let taken = backup?["taken"]?.statedText else { return "unknown" }
        return "as of \(taken) [d]"
    }

    /// A5.
    var resume: [String] {
        var lines = ["## A5: What must exist before GitOps may resume", ""]
        for cluster in estate.clusters {
            let name = cluster["name"]?.string ?? ""
            guard let engine = cluster.at("gitops", "engine")?.statedText else {
                lines += [
                    "### \(name)", "", "- [ ] unknown: nobody has said which GitOps it has", "",
                ]
                continue
            }
            let probes = Dictionary(
                Bootstrap(estate, cluster).stages.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
            let ask = { (stage: String) -> String in
                guard let stage = probes[stage] else { return "" }
                return stage.probe.map { "`\($0)` [c]" } ?? "nothing can show it: \(stage.why)"
            }
            let source = cluster.at("gitops", "source")?.statedText
            lines += [
                "### \(name) (\(engine) [d])", "",
                "- [ ] the API is ready: \(ask("api"))",
                "- [ ] it is the cluster it was: UID \(identities[name].map { "\($0) [b]" } ?? "unknown")",
                "- [ ] the definitions of \(engine) are present: `kubectl get crd` [c]"
                    + definitions(name),
                "- [ ] the engine of the secrets is verified: \(ask("secrets"))",
                "- [ ] storage is there and volumes are bound: \(ask("storage"))",
                "- [ ] names are resolved: \(ask("coredns"))",
                "- [ ] the commit can be reached and is proven: "
                    + (source.map { "source \($0) [d], `desired-state: pin` [r]" }
                        ?? "unknown source"),
                "- [ ] prune is off until the first sync is seen [r]", "",
                "What is unknown here blocks the resume.", "",
            ]
        }
        return lines
    }

    private func definitions(_ cluster: String) -> String {
        guard let section = observed?.clusters[cluster]?["definitions"]?.items else { return "" }
        return "; \(section.count) were there [o]"
    }
}
