internal import JSON
internal import YAML

/// Facts of what runs in a cluster, and of its nodes.
extension Drift {
    // MARK: the registry

    /// The mirror a node pulls through must lead to where the registry is.
    func registry(_ cluster: String) -> [DriftRow] {
        let registry = "clusters \(cluster) registry"
        guard let engine = estate.stated("\(registry) engine") else { return [] }
        let declared = declared("\(registry) endpoint")
        let key = estate.stated("\(registry) host") ?? ""
        let service = { (items: [String: JSONValue]) -> JSONValue? in items["\(engine)/\(engine)"] }
        let address = seen(live, cluster, "services") { service($0)?["cluster-ip"]?.words }
        let files = local[cluster]?.registries ?? [:]
        let mirrors = files.mapValues { Self.mirrors($0) }
        let found = Set(mirrors.values.flatMap { $0[key] ?? [] }).sorted()
        let live: DriftRow.Cell =
            files.isEmpty
            ? .silent("registries.yaml was not read")
            : .value(found.isEmpty ? "none" : found.joined(separator: " and "))
        let keys = Set(mirrors.values.flatMap(\.keys)).sorted()
        return [
            DriftRow(
                cluster, "endpoint of the mirror", declared: declared,
                git: variable("zot_mirror_endpoint"),
                observed: seen(observed, cluster, "services") { items in
                    service(items).map { _ in declared.value ?? "" }
                }, live: live,
                meaning: found.isEmpty
                    ? "no node's registries.yaml has a mirror for \(key): it is not pulled through"
                    : "nodes pull through an address the registry does not have",
                next: "template registries.yaml anew and restart the agents one after the other"),
            DriftRow(
                cluster, "address in the mirror and of the Service",
                declared: declared, git: .silent("not compared"),
                observed: seen(observed, cluster, "services") { service($0)?["cluster-ip"]?.words },
                live: address, verdict: Self.verdict(found, address),
                meaning: "the endpoint \(found.joined(separator: ", ")) is not the Service's "
                    + "address \(address.value ?? "")",
                next: "a Service that is made anew gets a new address: "
                    + "kubectl get service -n \(engine) \(engine), then template registries.yaml anew"
            ),
            DriftRow(
                cluster, "key of the mirror", declared: .value(key), git: variable("zot_mirror"),
                observed: .silent("not kept"),
                live: files.isEmpty
                    ? .silent("registries.yaml was not read")
                    : .value(
                        keys.contains(key)
                            ? key : keys.isEmpty ? "none" : keys.joined(separator: ", ")),
                meaning: "images named by \(key) are not looked for in the mirror",
                next: "template registries.yaml anew and restart the agents one after the other"),
        ]
    }

    /// A plain address must be the Service's; a name is resolved elsewhere.
    private static func verdict(_ endpoints: [String], _ address: DriftRow.Cell) -> DriftRow.Verdict
    {
        let plain = endpoints.compactMap(Endpoint.host).filter { AddressRange("\($0)/32") != nil }
        guard let now = address.value else { return .cannotTell }
        if endpoints.isEmpty { return .cannotTell }
        return plain.allSatisfy { $0 == now } ? .same : .drift
    }

    /// Key of each mirror to its endpoints.
    static func mirrors(_ text: String) -> [String: [String]] {
        let root = (try? YAMLParser.parse(Array(text.utf8)))?.json
        return (root?["mirrors"]?.object ?? [:]).mapValues { $0["endpoint"]?.statedTexts ?? [] }
    }

    // MARK: what runs

    /// k3s brings a Deployment; a DaemonSet from Git beside it answers too.
    func resolver(_ cluster: String) -> [DriftRow] {
        let forms = { (items: [String: JSONValue]) -> String? in
            let found = items.keys.filter { $0.hasSuffix(" kube-system/coredns") }.sorted()
                .compactMap { $0.split(separator: " ").first.map(String.init) }
            return found.isEmpty ? nil : found.joined(separator: " and ")
        }
        let declared = estate.stated("clusters \(cluster) dns")
        let form = ["DaemonSet", "Deployment"].first { declared?.contains($0) ?? false }
        let inGit = fromGit { git in
            ["DaemonSet", "Deployment"].first { !git.objects($0, "coredns").isEmpty }
        }
        return [
            row(
                cluster, "form of CoreDNS", declared: form.map { .value($0) } ?? .silent("unknown"),
                git: inGit, section: "workloads", value: forms,
                meaning: "k3s brings a Deployment of its own beside the one from Git: "
                    + "two configurations answer",
                next:
                    "compare both Corefiles; keep k3s from bringing its own with --disable=coredns")
        ]
    }

    /// The values of bundled charts.
    func charts(_ cluster: String) -> [DriftRow] {
        guard let path = estate.stated("clusters \(cluster) ingress chart-config") else {
            return []
        }
        let name = String(path.split(separator: "/").last ?? "")
        let inGit = fromGit { git in
            git.objects("HelmChartConfig", name).first.map { object in
                digest(Array((object.at("spec", "valuesContent")?.string ?? "").utf8))
            }
        }
        return [
            row(
                cluster, "values of \(path)", declared: .silent("not declared"), git: inGit,
                section: "chart-configs", value: { $0[path]?["values-sha256"]?.words },
                meaning: "what runs is not what Git would bring",
                next: "kubectl get helmchartconfig -n kube-system \(name) -o yaml, "
                    + "and compare it with the one in Git")
        ]
    }

    // MARK: nodes

    func nodes(_ cluster: String) -> [DriftRow] {
        estate.nodeNames(cluster: cluster).flatMap { node -> [DriftRow] in
            let isThere = row(
                cluster, "node \(node)", declared: .value("there"),
                git: fromGit { $0.paths(with: node).isEmpty ? nil : "there" }, section: "nodes",
                value: { $0[node] == nil ? "not there" : "there" },
                meaning: "a declared node is not in the cluster",
                next: "recover node-loss --node \(node), if it is lost")
            let labels = (estate.fact("nodes \(node) labels")?.object ?? [:]).sorted {
                $0.key < $1.key
            }
            .map { key, value in
                row(
                    cluster, "\(node) label \(key)", declared: .value(value.words),
                    git: .silent("not compared"), section: "nodes",
                    value: { $0[node]?.at("labels", key)?.words ?? "none" },
                    meaning: "what is placed by this label goes elsewhere",
                    next: "kubectl label node \(node) \(key)=\(value.words) --overwrite")
            }
            return [isThere] + labels
        } + unexpected(cluster)
    }

    /// Nodes that are live and that nobody declared.
    private func unexpected(_ cluster: String) -> [DriftRow] {
        let declared = estate.nodeNames(cluster: cluster)
        let now = live.clusters[cluster]?["nodes"]?.items ?? [:]
        return now.keys.filter { !declared.contains($0) }.sorted().map { node in
            row(
                cluster, "node \(node)", declared: .value("not there"),
                git: .silent("not compared"),
                section: "nodes", value: { $0[node] == nil ? "not there" : "there" },
                meaning: "nobody has declared this node",
                next: "declare it in estate.yaml, or remove it")
        }
    }

    /// Names that stand in Git like nodes and are none.
    func strangers(_ cluster: String) -> [DriftRow] {
        estate.list("not-nodes").compactMap { stranger in
            guard let name = stranger["name"]?.string else { return nil }
            // In Git it may go without the distribution before it.
            let short = name.hasPrefix("k3s-") ? String(name.dropFirst(4)) : name
            let inGit = fromGit { git in
                let paths = git.paths(with: short)
                return paths.isEmpty ? "not there" : "in \(paths.joined(separator: ", "))"
            }
            return row(
                cluster, "node \(name)", declared: .value("not there"), git: inGit,
                section: "nodes",
                value: { $0[name] == nil ? "not there" : "there" },
                meaning: "it stands in a file and is no node: nobody must wait for it",
                next: "take it out of the file")
        }
    }
}
