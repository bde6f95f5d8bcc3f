internal import JSON

/// The documents an estate must have, from what is declared and what was seen:
/// the artifacts A1 to A5 and the answers to the questions Q1 to Q5 and EV1
/// to EV5. The same facts give the same bytes.
public struct EstateDocument {
    let estate: Estate
    let identities: [String: String]
    let observed: ObservedSnapshot?
    let paths: [RecoveryPath]
    let cited: Cited
    let graph: EstateGraph

    /// - Parameters:
    ///   - identities: cluster to the UID a binding names.
    ///   - observed: the newest snapshot, if there is one.
    ///   - paths: the runbooks that are for each cluster.
    public init(
        _ estate: Estate, identities: [String: String] = [:], observed: ObservedSnapshot? = nil,
        paths: [RecoveryPath] = []
    ) {
        self.estate = estate
        self.identities = identities
        self.observed = observed
        self.paths = paths
        cited = Cited(estate: estate, observed: observed)
        graph = EstateGraph(estate)
    }

    /// The whole document, in Markdown.
    public var text: String {
        let parts = [
            head, clusters, nodes, start, rebuild, dependencies, singlePoints, shortestPaths,
            resume,
            evidence, missing,
        ]
        var lines = parts.flatMap { $0 }
        while lines.last == "" { lines.removeLast() }
        return lines.joined(separator: "\n") + "\n"
    }

    func clusterNames() -> [String] { estate.clusters.compactMap { $0["name"]?.string } }

    private var head: [String] {
        let observation =
            observed.map { "`[o]` observed in the snapshot taken at \($0.taken)" }
            ?? "no snapshot has been taken, so nothing is observed (`[o]`)"
        return [
            "# \(estate.name): \(Markdown.cell(estate.stated("title") ?? "unknown"))", "",
            "Where an answer comes from stands behind it: `[d]` declared in estate.yaml; \(observation); "
                + "`[b]` the binding; `[c]` computed from what is declared; `[r]` a runbook. "
                + "`unknown` is what nobody has stated.", "",
            "Owner of the estate: \(cited.declared("owner"))", "",
        ]
    }

    /// A1, and with it Q1.
    private var clusters: [String] {
        let rows = estate.clusters.map { cluster -> [String] in
            let name = cluster["name"]?.string ?? ""
            let version = cited.either(
                cluster["version"], cited.seen(name, "server", "version", ""))
            let uid = identities[name].map { "\($0) [b]" } ?? "unknown"
            let namespace = cluster["fleet-namespace"] ?? cluster.at("gitops", "namespace")
            let declared = { (keys: [String]) in keys.map { Cited.declared(cluster[$0]) } }
            var row = [name] + declared(["purpose", "environment", "owner", "distribution"])
            row.append(version)
            row += declared(["cni", "storage-classes", "datastore"])
            row += [Cited.declared(namespace), uid]
            return row
        }
        let networks = estate.clusters.map { cluster -> [String] in
            let keys = [
                "node-networks", "pod-cidr", "service-cidr", "ingress", "secrets", "registry",
                "certificates", "policy", "identity", "dns",
            ]
            return [cluster["name"]?.string ?? ""] + keys.map { Cited.declared(cluster[$0]) }
        }
        return ["## A1, Q1: Which clusters there are, and the role of each", ""]
            + Markdown.table(
                [
                    "cluster", "purpose", "environment", "owner", "type", "version", "CNI",
                    "storage classes", "datastore", "GitOps namespace", "UID",
                ], rows)
            + Markdown.table(
                [
                    "cluster", "networks", "pods", "services", "ingress", "secrets", "registry",
                    "certificates", "policy", "identity", "DNS",
                ], networks)
    }

    /// A2, and with it Q2.
    private var nodes: [String] {
        let rows = estate.nodes.map { node -> [String] in
            let name = node["name"]?.string ?? "", cluster = node["cluster"]?.string ?? ""
            let seen = { cited.seen(cluster, "nodes", name, $0) }
            var row = [name, cluster, Cited.declared(node["role"]), Cited.declared(node["class"])]
            for key in ["architecture", "operating-system", "kernel", "version"] {
                row.append(cited.either(node[key], seen(key)))
            }
            for key in ["internal", "external"] {
                row.append(cited.either(node.at("address", key), seen(key)))
            }
            row.append(Cited.declared(node["labels"]))
            row.append(cited.either(node["taints"], seen("taints")))
            row.append(hardware(node))
            return row
        }
        let machines = estate.list("machines").map { machine in
            [machine["name"]?.string ?? ""]
                + ["kind", "on", "vm", "cores", "memory", "address", "devices", "state"].map {
                    Cited.declared(machine[$0])
                }
        }
        let rules = estate.clusters.flatMap { cluster in
            (cluster["singletons"]?.statedTexts ?? []).map {
                "- \(cluster["name"]?.string ?? ""): exactly one node has the label `\($0)` [d]"
            }
        }
        var lines = ["## A2, Q2: Node classes, labels, taints and hardware", ""]
        lines += Markdown.table(
            [
                "node", "cluster", "role", "class", "architecture", "operating system", "kernel",
                "version", "internal", "external", "labels", "taints", "hardware",
            ], rows)
        if !machines.isEmpty {
            lines += ["Machines that are no nodes:", ""]
            lines += Markdown.table(
                ["machine", "kind", "on", "vm", "cores", "memory", "address", "devices", "state"],
                machines)
        }
        return lines + (rules.isEmpty ? [] : rules + [""])
    }

    private func hardware(_ node: JSONValue) -> String {
        let facts = ["on", "vm", "cores", "memory", "devices", "disks"].compactMap { key in
            node[key].map { "\(key) \($0.words)" }
        }
        return facts.isEmpty ? "unknown" : facts.joined(separator: ", ") + " [d]"
    }

    /// Q3.
    private var start: [String] {
        var lines = ["## Q3: What must be there before a control plane and workloads start", ""]
        for cluster in estate.clusters {
            let rows = Bootstrap(estate, cluster).stages.enumerated().map { number, stage in
                [
                    String(number + 1), stage.name,
                    stage.what == "unknown" ? "unknown" : "\(stage.what) [c]",
                    stage.probe.map { "`\($0)`" } ?? "nothing: \(stage.why)",
                ]
            }
            lines += ["### \(cluster["name"]?.string ?? "")", ""]
            lines += Markdown.table(["", "stage", "what", "seen by"], rows)
        }
        return lines
    }

    /// What nobody knows, and who could.
    private var missing: [String] {
        let findings = EstateCheck(estate, identities: identities).findings
        let byPerson = Dictionary(grouping: findings.filter { $0.who != nil }) { $0.who ?? "" }
        var lines = ["## What is missing, and who could know", ""]
        for (who, list) in byPerson.sorted(by: { $0.key < $1.key }) {
            lines += ["Ask \(who):", ""]
            for finding in list {
                let blocks = finding.weight == .blocks ? " (blocks every change)" : ""
                lines.append("- \(finding.subject)\(blocks)")
            }
            lines.append("")
        }
        let gaps = observed?.gaps ?? []
        if !gaps.isEmpty { lines += ["The snapshot could not see:", ""] }
        for gap in gaps {
            lines.append("- \(gap.cluster) \(gap.section): \(Markdown.cell(gap.why)) [o]")
        }
        if !gaps.isEmpty { lines.append("") }
        lines += ["What cannot be, or is not safe:", ""]
        for finding in findings where finding.who == nil {
            lines.append(
                "- \(finding.code) \(finding.subject): \(Markdown.cell(finding.message)) [c]")
        }
        return lines + [""]
    }
}
