import JSON

/// Rules between pods: affinity, anti-affinity and spreading over domains, such
/// as nodes or zones.
struct PodTopology {
    private let nodes: [JSONValue]
    private var labels: [String: [String: JSONValue]] = [:]
    /// Pods with a node, and the labels of it.
    private var placed: [(pod: JSONValue, node: String)] = []

    init(_ nodes: [JSONValue], _ pods: [JSONValue]) {
        self.nodes = nodes
        for node in nodes { labels[node.name] = node.labels }
        for pod in pods where pod.isUnfinished {
            if let node = pod.nodeName { placed.append((pod, node)) }
        }
    }

    mutating func bind(_ pod: JSONValue, to node: String) { placed.append((pod, node)) }

    /// The first rule `node` breaks for `pod`.
    func objection(to pod: JSONValue, on node: JSONValue) -> Objection? {
        if breaksSpread(pod, node) { return .spread }
        for term in Self.terms(pod, "podAffinity") where !hasMate(pod, term, node) {
            return .podAffinity
        }
        for term in Self.terms(pod, "podAntiAffinity") {
            if isNear(node, term, of: pod, { Self.matches(term, of: pod, $0) }) {
                return .podAntiAffinity
            }
        }
        let isUnwanted = placed.contains { other in
            Self.terms(other.pod, "podAntiAffinity").contains { term in
                Self.matches(term, of: other.pod, pod) && share(term, other.node, node)
            }
        }
        return isUnwanted ? .existingAntiAffinity : nil
    }

    /// Weight of the preferred rules `node` keeps, less that of those it breaks.
    func preference(of pod: JSONValue, for node: JSONValue) -> Int {
        var total = 0
        for (kind, sign) in [("podAffinity", 1), ("podAntiAffinity", -1)] {
            let preferred =
                pod.at(
                    "spec", "affinity", kind, "preferredDuringSchedulingIgnoredDuringExecution")?
                .array ?? []
            for item in preferred {
                let term = item["podAffinityTerm"] ?? [:]
                let isNear = isNear(node, term, of: pod) { Self.matches(term, of: pod, $0) }
                if isNear { total += sign * (item["weight"]?.int ?? 1) }
            }
        }
        return total
    }

    private static func terms(_ pod: JSONValue, _ kind: String) -> [JSONValue] {
        pod.at("spec", "affinity", kind, "requiredDuringSchedulingIgnoredDuringExecution")?.array
            ?? []
    }

    private static func matches(_ term: JSONValue, of owner: JSONValue, _ pod: JSONValue) -> Bool {
        let named = term["namespaces"]?.array?.compactMap(\.string) ?? []
        let isEverywhere = term["namespaceSelector"]?.object?.isEmpty == true
        let isHere =
            isEverywhere || (named.isEmpty ? [owner.namespace] : named).contains(pod.namespace)
        return isHere && LabelSelector(term["labelSelector"])?.matches(pod.labels) == true
    }

    private func share(_ term: JSONValue, _ name: String, _ node: JSONValue) -> Bool {
        let key = term["topologyKey"]?.string ?? ""
        guard let value = node.labels[key] else { return false }
        return labels[name]?[key] == value
    }

    private func isNear(
        _ node: JSONValue, _ term: JSONValue, of pod: JSONValue, _ wanted: (JSONValue) -> Bool
    ) -> Bool {
        placed.contains { share(term, $0.node, node) && wanted($0.pod) }
    }

    /// The first of a group that wants to be near itself may go anywhere.
    private func hasMate(_ pod: JSONValue, _ term: JSONValue, _ node: JSONValue) -> Bool {
        if isNear(node, term, of: pod, { Self.matches(term, of: pod, $0) }) { return true }
        return Self.matches(term, of: pod, pod)
            && !placed.contains { Self.matches(term, of: pod, $0.pod) }
    }

    private func breaksSpread(_ pod: JSONValue, _ node: JSONValue) -> Bool {
        let rules = (pod.at("spec", "topologySpreadConstraints")?.array ?? []).filter {
            $0["whenUnsatisfiable"]?.string != "ScheduleAnyway"
        }
        return rules.contains { rule in
            let key = rule["topologyKey"]?.string ?? ""
            guard let domain = node.labels[key] else { return true }
            var counts: [JSONValue: Int] = [:]
            for other in nodes where Fit.matchesNode(pod["spec"] ?? [:], other) {
                if let value = other.labels[key] { counts[value, default: 0] += 0 }
            }
            let selector = LabelSelector(rule["labelSelector"])
            for (other, name) in placed
            where other.namespace == pod.namespace && !other.isTerminating
                && selector?.matches(other.labels) == true
            {
                guard let value = labels[name]?[key], counts[value] != nil else { continue }
                counts[value, default: 0] += 1
            }
            let own = selector?.matches(pod.labels) == true ? 1 : 0
            let fewest = counts.values.min() ?? 0
            return (counts[domain] ?? 0) + own - fewest > rule["maxSkew"]?.int ?? 1
        }
    }
}
