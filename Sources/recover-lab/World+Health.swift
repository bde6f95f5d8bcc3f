import JSON
import LabCluster
import LabHosts

extension World {
    /// Gives the Nodes of a new world the labels and taints of the inventory,
    /// as somebody once did by hand: agents do not bring them.
    func label() throws {
        var labelled: [String: [JSONValue]] = [:]
        for host in description.hosts {
            let cluster = try clusters.cluster(host.cluster)
            guard var node = cluster.object(.nodes, namespace: nil, name: host.name) else {
                continue
            }
            let declared = description.node(host.name)
            var labels = node.at("metadata", "labels") ?? [:]
            for (key, value) in declared?["labels"]?.object ?? [:] { labels[key] = value }
            var metadata = node["metadata"] ?? [:]
            metadata["labels"] = labels
            node["metadata"] = metadata
            let taints = (declared?["taints"]?.array ?? []).compactMap(World.taint)
            if !taints.isEmpty {
                var spec = node["spec"] ?? [:]
                spec["taints"] = .array(taints)
                node["spec"] = spec
            }
            labelled[host.cluster, default: []].append(node)
        }
        for (name, nodes) in labelled { try clusters.cluster(name).put(nodes) }
    }

    /// A taint as the inventory writes it: `key=value:Effect`, or a mapping.
    private static func taint(_ text: JSONValue) -> JSONValue? {
        guard let line = text.string else { return text }
        let parts = line.split(separator: ":").map(String.init)
        guard parts.count == 2 else { return nil }
        let pair = parts[0].split(separator: "=", maxSplits: 1).map(String.init)
        var taint: JSONValue = ["key": .string(pair[0]), "effect": .string(parts[1])]
        if pair.count > 1 { taint["value"] = .string(pair[1]) }
        return taint
    }

    /// Waits until nothing ails a new estate and it has stood still for a quarter
    /// of a second: between two controllers a world can look healthy for a moment.
    func awaitHealthy(seconds: Int) throws {
        var calm = 0
        var last: JSONValue = .null
        try waitFor(seconds, "the estate is not healthy") {
            let problems = self.ailments
            guard problems.isEmpty else {
                calm = 0
                return problems
            }
            let state = try WorldState(self).comparable
            calm = state == last ? calm + 1 : 0
            last = state
            return calm < 5 ? ["it has stood still for \(calm * 50) ms only"] : []
        }
    }

    /// Waits until `problems` finds none, for at most `seconds`.
    func waitFor(
        _ seconds: Int, _ what: String, _ problems: () throws -> [String]
    ) throws {
        for _ in 0..<(seconds * 20) {
            if try problems().isEmpty { return }
            Background.sleep(50)
        }
        throw LabFailure("\(what) after \(seconds) s: \(try problems().joined(separator: "; "))")
    }

    /// What is not as it is in a healthy estate.
    var ailments: [String] {
        let nodes = description.hosts.map(\.name).filter { readiness($0) != "True" }
            .map { "\($0) is Ready=\(readiness($0))" }
        return nodes
            + description.clusters.flatMap { name -> [String] in
                guard let cluster = try? clusters.cluster(name) else { return ["\(name) is down"] }
                return Ailments.of(cluster).map { "\(name): \($0)" }
            }
    }

    /// Whether the API of the cluster `host` belongs to is up.
    func isAnswering(_ host: String) -> Bool {
        clusters.isRunning(description.node(host)?["cluster"]?.string ?? "")
    }

    /// Status of a Node's condition Ready: `True`, `False`, `Unknown`, or `-`
    /// when there is no such Node.
    func readiness(_ host: String) -> String {
        guard let name = description.node(host)?["cluster"]?.string,
            let node = (try? clusters.cluster(name))?.object(.nodes, namespace: nil, name: host)
        else { return "-" }
        return World.condition("Ready", of: node)
    }

    static func condition(_ type: String, of object: JSONValue) -> String {
        let conditions = object.at("status", "conditions")?.array ?? []
        return conditions.first { $0["type"]?.string == type }?["status"]?.string ?? "-"
    }
}
