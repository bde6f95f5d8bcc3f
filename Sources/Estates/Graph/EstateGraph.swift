internal import JSON

/// What needs what to be there, or to be brought back.
///
/// Elements are clusters, nodes, machines, dependencies and services; their
/// names are all different. A cluster needs its servers, a node or machine
/// what it runs `on`, a dependency the place it `lives` in.
public struct EstateGraph: Hashable, Sendable {
    /// What kind of element something is.
    public enum Kind: String, Hashable, Sendable {
        case cluster, node, machine, dependency, service
    }

    private(set) var kinds: [String: Kind] = [:]
    private(set) var needs: [String: [Need]] = [:]
    /// What something is restored from once it is lost; it counts for circles only.
    private(set) var restoredFrom: [String: [Need]] = [:]

    /// The graph of everything `estate` declares.
    public init(_ estate: Estate) {
        for cluster in estate.clusters {
            let name = cluster["name"]?.string ?? ""
            add(name, .cluster, Self.read(cluster, "needs") + Self.servers(estate, cluster))
        }
        for node in estate.nodes { addPlaced(node, .node) }
        for machine in estate.list("machines") { addPlaced(machine, .machine) }
        for dependency in estate.list("dependencies") {
            let name = dependency["name"]?.string ?? ""
            add(name, .dependency, Self.read(dependency, "needs"))
            restoredFrom[name] = Self.read(dependency, "restored-from")
        }
        for service in estate.list("services") {
            add(service["name"]?.string ?? "", .service, Self.read(service, "needs"))
        }
        // A place may be anything; `outside` and `unknown` are none.
        for dependency in estate.list("dependencies") {
            if let name = dependency["name"]?.string, let place = dependency["lives"]?.string,
                kinds[place] != nil
            {
                needs[name]?.append(.one(place))
            }
        }
    }

    private mutating func add(_ name: String, _ kind: Kind, _ list: [Need]) {
        kinds[name] = kind
        needs[name] = list
    }

    private mutating func addPlaced(_ thing: JSONValue, _ kind: Kind) {
        let place = thing["on"]?.statedText.map { [Need.one($0)] } ?? []
        add(thing["name"]?.string ?? "", kind, Self.read(thing, "needs") + place)
    }

    private static func read(_ thing: JSONValue, _ key: String) -> [Need] {
        thing[key]?.array?.compactMap { Need($0) } ?? []
    }

    /// etcd needs most of its servers; where nobody says what holds the data
    /// of several servers, that is taken for etcd.
    private static func servers(_ estate: Estate, _ cluster: JSONValue) -> [Need] {
        let name = cluster["name"]?.string ?? ""
        let servers = estate.nodeNames(cluster: name, role: "server")
        guard !servers.isEmpty else { return [] }
        return [cluster["datastore"]?.statedText == "sqlite" ? .any(servers) : .most(servers)]
    }

    // MARK: single points of failure

    /// What is gone, or cannot come back, without `name`; not `name` itself.
    public func losses(without name: String) -> Set<String> {
        var down: Set<String> = [name]
        while true {
            let more = needs.filter { element in
                !down.contains(element.key)
                    && !element.value.allSatisfy { $0.isMet(without: down) }
            }.map(\.key)
            guard !more.isEmpty else { break }
            down.formUnion(more)
        }
        return down.subtracting([name])
    }

    /// Elements without which a cluster, a dependency or a service is gone, and
    /// which those are; sorted.
    public var cuts: [(name: String, losses: [String])] {
        kinds.keys.sorted().compactMap { name in
            guard kinds[name] != .service, kinds[name] != .cluster else { return nil }
            let lost = losses(without: name).filter { kinds[$0] != .node && kinds[$0] != .machine }
            return lost.isEmpty ? nil : (name, lost.sorted())
        }
    }

    /// The elements that name `name` as one of their needs; sorted.
    public func consumers(of name: String) -> [String] {
        needs.filter { $0.value.contains { $0.names.contains(name) } }.keys.sorted()
    }

    // MARK: circles

    private var edges: [String: [String]] {
        var edges: [String: [String]] = [:]
        for (name, kind) in kinds where kind == .dependency {
            let all = (needs[name] ?? []) + (restoredFrom[name] ?? [])
            edges[name] = Set(all.flatMap(\.names)).filter { kinds[$0] == .dependency }.sorted()
        }
        return edges
    }

    /// Circles among dependencies, each from its first name on; at most 64.
    public var circles: [[String]] {
        let edges = edges
        var found: [[String]] = []
        func walk(_ path: [String]) {
            guard let start = path.first, let last = path.last, found.count < 64 else { return }
            for next in edges[last] ?? [] {
                if next == start {
                    found.append(path)
                } else if next > start, !path.contains(next) {
                    walk(path + [next])
                }
            }
        }
        for name in edges.keys.sorted() { walk([name]) }
        return found
    }

    /// Whether each of `members` leads to each other one without leaving them.
    public func isCircle(_ members: [String]) -> Bool {
        let edges = edges, all = Set(members)
        return all.count > 1
            && members.allSatisfy { start in
                var seen: Set<String> = [], open = [start]
                while let name = open.popLast() {
                    for next in edges[name] ?? [] where all.contains(next) {
                        if seen.insert(next).inserted { open.append(next) }
                    }
                }
                return seen == all
            }
    }

    /// What a cluster needs before it starts and what yet lives in it; sorted.
    public func inside(_ cluster: String, _ estate: Estate) -> [String] {
        var seen: Set<String> = [], open = (needs[cluster] ?? []).flatMap(\.names)
        while let name = open.popLast() {
            guard kinds[name] == .dependency, seen.insert(name).inserted else { continue }
            open += (needs[name] ?? []).flatMap(\.names)
        }
        return seen.filter { estate.fact("dependencies \($0) lives")?.string == cluster }.sorted()
    }
}
