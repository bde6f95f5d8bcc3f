import JSON

/// What the scheduler knows in one round: what is free on each node, and what
/// it has bound itself since.
struct SchedulingRound {
    let nodes: [JSONValue]
    private let world: World
    private var pods: [String: [JSONValue]]
    private var requested: [String: [String: Quantity]] = [:]
    private var topology: PodTopology
    /// Claims that get their node in this very round.
    private var pinned: [String: String] = [:]

    init(_ world: World, _ all: [JSONValue]) {
        self.world = world
        nodes = world.all(.nodes)
        let running = all.filter { $0.nodeName != nil && $0.isUnfinished }
        pods = Dictionary(grouping: running) { $0.nodeName ?? "" }
        topology = PodTopology(nodes, running)
        for (node, here) in pods {
            requested[node] = here.reduce(into: [:]) { total, pod in
                total.merge(
                    PodResources.total("requests", of: pod["spec"] ?? [:]), uniquingKeysWith: +)
            }
        }
    }

    mutating func bind(_ pod: JSONValue, to node: String) {
        pods[node, default: []].append(pod)
        requested[node, default: [:]].merge(
            PodResources.total("requests", of: pod["spec"] ?? [:]), uniquingKeysWith: +)
        topology.bind(pod, to: node)
        for claim in claimKeys(pod) { pinned[claim] = node }
    }

    private func claimKeys(_ pod: JSONValue) -> [String] {
        Fit.claimNames(of: pod).map { "\(pod.namespace)/\($0)" }
    }

    /// What stands against `pod` on `node`, in the order a scheduler looks.
    func objections(to pod: JSONValue, on node: JSONValue) -> [Objection] {
        let spec = pod["spec"] ?? [:]
        if node.at("spec", "unschedulable")?.bool == true, !toleratesCordon(spec) {
            return [.unschedulable]
        }
        if let taint = Taint.untolerated(by: spec, on: node, effects: ["NoSchedule", "NoExecute"]) {
            if taint["key"]?.string == Taint.unschedulable { return [.unschedulable] }
            let words = "{\(taint["key"]?.string ?? ""): \(taint["value"]?.string ?? "")}"
            return [Objection(words: "node(s) had untolerated taint \(words)")]
        }
        guard Fit.matchesNode(spec, node) else { return [.affinity] }
        let here = pods[node.name] ?? []
        let ports = Self.hostPorts(spec)
        if !ports.isEmpty,
            here.contains(where: { !Self.hostPorts($0["spec"] ?? [:]).isDisjoint(with: ports) })
        {
            return [.ports]
        }
        let lacking = shortages(spec, node, here.count)
        if !lacking.isEmpty { return lacking }
        if let objection = volumes(pod, node) { return [objection] }
        return topology.objection(to: pod, on: node).map { [$0] } ?? []
    }

    private func toleratesCordon(_ spec: JSONValue) -> Bool {
        (spec["tolerations"]?.array ?? []).contains {
            Taint.tolerates($0, ["key": .string(Taint.unschedulable), "effect": "NoSchedule"])
        }
    }

    /// A node that tells nothing of what it has is not asked.
    private func shortages(_ spec: JSONValue, _ node: JSONValue, _ count: Int) -> [Objection] {
        guard let allocatable = node.at("status", "allocatable") else { return [] }
        var lacking: [Objection] = []
        if let limit = Quantity(allocatable["pods"]), Quantity(count + 1) > limit {
            lacking.append(.tooMany)
        }
        let used = requested[node.name] ?? [:]
        for (name, amount) in PodResources.total("requests", of: spec) where amount > .zero {
            let all = Quantity(allocatable[name]) ?? .zero
            guard (used[name] ?? .zero) + amount > all else { continue }
            lacking.append(Objection(words: "Insufficient \(name)", isResolvable: amount <= all))
        }
        return lacking
    }

    private static func hostPorts(_ spec: JSONValue) -> Set<String> {
        let ports = (spec["containers"]?.array ?? []).flatMap { $0["ports"]?.array ?? [] }
        return Set(
            ports.compactMap { port in
                port["hostPort"]?.int.map { "\($0)/\(port["protocol"]?.string ?? "TCP")" }
            })
    }

    private func volumes(_ pod: JSONValue, _ node: JSONValue) -> Objection? {
        for claim in Fit.claims(of: pod, in: world) {
            if let volume = claim.at("spec", "volumeName")?.string, !volume.isEmpty {
                let affinity = world.object(.persistentVolumes, nil, volume)?.at(
                    "spec", "nodeAffinity", "required")
                guard Fit.matches(affinity, node) else { return .volumeAffinity }
                continue
            }
            // An unbound claim may be pinned to a node, also by hand.
            let wanted =
                pinned["\(claim.namespace)/\(claim.name)"]
                ?? claim.annotations[Volumes.selectedNode]?.string
            if let wanted, wanted != node.name { return .noVolume }
            guard ClaimClass(claim, in: world).canHaveVolume(on: node) else { return .noVolume }
        }
        return nil
    }

    /// What speaks for `node` among those that fit: compared from the first to
    /// the last, less is better.
    func rank(of node: JSONValue, for pod: JSONValue) -> [Int] {
        let spec = pod["spec"] ?? [:]
        let tolerations = spec["tolerations"]?.array ?? []
        let avoided = Taint.of(node).count { taint in
            taint["effect"]?.string == "PreferNoSchedule"
                && !tolerations.contains { Taint.tolerates($0, taint) }
        }
        let preferred =
            spec.at("affinity", "nodeAffinity", "preferredDuringSchedulingIgnoredDuringExecution")?
            .array ?? []
        let weight = preferred.filter { Fit.matches(term: $0["preference"] ?? [:], node) }
            .map { $0["weight"]?.int ?? 1 }.reduce(0, +)
        let here = pods[node.name] ?? []
        let siblings = here.count { $0.controllerUID == pod.controllerUID }
        return [
            avoided, -weight, -topology.preference(of: pod, for: node),
            pod.controllerUID == nil ? 0 : siblings, here.count,
        ]
    }
}
