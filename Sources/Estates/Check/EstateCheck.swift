internal import JSON

/// Looks for what an estate lacks and what in it cannot be. Pure: what ties
/// the estate to reality is an argument.
public struct EstateCheck {
    let estate: Estate
    let graph: EstateGraph
    /// Cluster to the UID a binding names; none where there is no binding.
    let identities: [String: String]

    /// A check of `estate`, of whose clusters some are tied to a UID.
    public init(_ estate: Estate, identities: [String: String] = [:]) {
        self.estate = estate
        graph = EstateGraph(estate)
        self.identities = identities
    }

    /// Everything that was found: what blocks first, then by code and subject.
    public var findings: [EstateFinding] {
        let all =
            questions + unknownFacts + contradictions + circles + singlePoints + probes + resolvers
            + backups
        let order = EstateFinding.Weight.allCases
        return all.sorted {
            let left = order.firstIndex(of: $0.weight) ?? 0
            let right = order.firstIndex(of: $1.weight) ?? 0
            return (left, $0.code, $0.subject, $0.message) < (
                right, $1.code, $1.subject, $1.message
            )
        }
    }

    /// Which clusters there are, whose, and which ones exactly.
    private var questions: [EstateFinding] {
        estate.clusters.compactMap { cluster in
            let name = cluster["name"]?.string ?? ""
            guard identities[name] == nil else { return nil }
            return EstateFinding(
                "EC-UID", .blocks, "clusters \(name) uid",
                "no binding names the UID of its namespace kube-system, so nothing may change it",
                who: "the live cluster: kubectl get ns kube-system -o jsonpath={.metadata.uid}")
        }
    }

    /// What is written as unknown, and what nobody wrote at all.
    private var unknownFacts: [EstateFinding] {
        var paths = estate.unknowns
        if estate.facts["owner"] == nil { paths.append("owner") }
        for cluster in estate.clusters {
            let name = cluster["name"]?.string ?? ""
            for key in ["purpose", "environment", "owner", "distribution", "version", "cni"]
            where cluster[key] == nil {
                paths.append("clusters \(name) \(key)")
            }
        }
        return paths.map { path in
            let fact = UnknownFact.at(path)
            return EstateFinding("EC-UNKNOWN", fact.weight, path, "unknown", who: fact.who)
        }
    }

    private var circles: [EstateFinding] {
        let declared = estate.list("circularities")
        let members = declared.map { Set($0["members"]?.statedTexts ?? []) }
        let hidden = graph.circles.filter { circle in
            !members.contains { $0.isSuperset(of: circle) }
        }
        let open = hidden.map { circle in
            EstateFinding(
                "EC-CIRCLE", .matters, circle.joined(separator: " → "),
                "each needs the next and the last needs the first, and circularities does not say so: "
                    + "nothing of it starts by itself")
        }
        let known = declared.map { circle -> EstateFinding in
            let name = "circularities \(circle["name"]?.string ?? "")"
            let names = circle["members"]?.statedTexts ?? []
            return graph.isCircle(names)
                ? EstateFinding(
                    "EC-CIRCLE", .note, name, "known: \(names.joined(separator: " ↔ "))")
                : EstateFinding(
                    "EC-CIRCLE", .matters, name,
                    "declared, but the needs of \(names.joined(separator: ", ")) form no circle")
        }
        let inside = estate.clusters.compactMap { cluster -> EstateFinding? in
            let name = cluster["name"]?.string ?? ""
            let inside = graph.inside(name, estate)
            guard !inside.isEmpty else { return nil }
            return EstateFinding(
                "EC-INSIDE", .matters, "clusters \(name)",
                "it needs what lives in it: \(inside.joined(separator: ", ")); "
                    + "have a way to start without")
        }
        return open + known + inside
    }

    private var singlePoints: [EstateFinding] {
        let declared = estate.list("single-points-of-failure")
        let names = declared.compactMap { $0["name"]?.string }
        let cuts = graph.cuts
        let open = cuts.filter { !names.contains($0.name) }.map { cut in
            EstateFinding(
                "EC-SPOF", .matters, cut.name,
                "a single point of failure that is not declared; without it: "
                    + cut.losses.joined(separator: ", "))
        }
        let idle = declared.filter { point in
            point["if"] == nil && !cuts.contains { $0.name == point["name"]?.string }
        }.map { point in
            EstateFinding(
                "EC-SPOF", .matters, point["name"]?.string ?? "",
                "declared a single point of failure, but nothing that is declared needs it")
        }
        return open + idle
    }

    private var probes: [EstateFinding] {
        estate.clusters.flatMap { cluster -> [EstateFinding] in
            Bootstrap(estate, cluster).stages.compactMap { stage in
                guard stage.probe == nil else { return nil }
                return EstateFinding(
                    "EC-PROBE", .matters, "clusters \(cluster["name"]?.string ?? "") \(stage.name)",
                    "nothing shows that it is there before the next stage begins: \(stage.why)")
            }
        }
    }

    /// A node whose names come from its own cluster alone cannot pull the image
    /// of the server that would answer it.
    private var resolvers: [EstateFinding] {
        let servers = estate.list("dependencies").filter {
            $0["kind"]?.string == "dns" && estate.cluster($0["lives"]?.string ?? "") != nil
        }
        return estate.nodes.compactMap { node in
            let inner = servers.filter { $0["lives"] == node["cluster"] }
            let name = node["name"]?.string ?? ""
            guard let resolvers = node["resolvers"]?.array else {
                guard let server = inner.first?["name"]?.string else { return nil }
                return EstateFinding(
                    "EC-RESOLVER", .matters, "nodes \(name)",
                    "it is unknown whether it asks another name server than \(server), "
                        + "which runs in its own cluster",
                    who: UnknownFact.at("resolvers").who)
            }
            let cluster = "clusters \(node["cluster"]?.string ?? "")"
            let services = AddressRange(estate.stated("\(cluster) service-cidr") ?? "")
            let outer = resolvers.compactMap(\.statedText).filter { address in
                !(services?.contains(address) ?? false)
                    && !inner.contains { $0["address"]?.string == address }
            }
            guard outer.isEmpty else { return nil }
            return EstateFinding(
                "EC-RESOLVER", .matters, "nodes \(name)",
                "every name server it asks runs in its own cluster")
        }
    }

    private var backups: [EstateFinding] {
        guard let list = estate.facts["backups"]?.array else { return [] }
        return estate.clusters.flatMap { cluster -> [EstateFinding] in
            let name = cluster["name"]?.string ?? ""
            guard !estate.nodeNames(cluster: name).isEmpty else { return [] }
            let kinds = list.filter { $0["cluster"]?.string == name }.compactMap {
                $0["kind"]?.string
            }
            var missing: [String] = []
            if !kinds.contains("etcd"), !kinds.contains("sqlite") {
                missing.append("its datastore")
            }
            if cluster.at("secrets", "engine")?.string == "sealed-secrets",
                !kinds.contains("sealing-keys")
            {
                missing.append("its sealing keys")
            }
            return missing.map {
                EstateFinding(
                    "EC-BACKUP", .matters, "clusters \(name)", "there is no backup of \($0)",
                    who: UnknownFact.at("backups").who)
            }
        }
    }
}
