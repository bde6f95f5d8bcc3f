public import JSON
public import YAML

/// What there is: clusters, nodes, dependencies, as `estate.yaml` says it.
///
/// The facts stay one JSON value, because runbooks name them by path; only
/// what the tool itself relies on is checked here. The text `unknown` is a
/// fact nobody has stated.
public struct Estate: Hashable, Sendable {
    /// The word for a fact nobody has stated.
    public static let unknown = JSONValue.string("unknown")

    /// The whole document.
    public private(set) var facts: JSONValue

    /// The estate's name.
    public var name: String { facts["name"]?.string ?? "" }

    /// Takes facts that were checked before, such as those in a journal.
    public init(facts: JSONValue) { self.facts = facts }

    /// Reads and checks `estate.yaml`.
    public init(reading path: String) throws(Diagnostics) {
        let (root, _) = try Document.read(path)
        let problems = EstateRules(file: path).problems(root)
        guard problems.isEmpty else { throw Diagnostics(problems) }
        facts = root.json
    }

    /// All clusters as they stand in the document.
    public var clusters: [JSONValue] { facts["clusters"]?.array ?? [] }

    /// All nodes as they stand in the document.
    public var nodes: [JSONValue] { facts["nodes"]?.array ?? [] }

    /// Names of the nodes of a cluster, with a role if one is given.
    public func nodeNames(cluster: String, role: String? = nil) -> [String] {
        nodes.filter {
            $0["cluster"]?.string == cluster && (role == nil || $0["role"]?.string == role)
        }
        .compactMap { $0["name"]?.string }
    }

    /// The facts of a cluster: its members, and the lists `servers`,
    /// `workers` and `nodes` of node names.
    public func cluster(_ name: String) -> JSONValue? {
        guard var cluster = clusters.first(where: { $0["name"]?.string == name }) else {
            return nil
        }
        let lists = [
            "servers": nodeNames(cluster: name, role: "server"),
            "workers": nodeNames(cluster: name, role: "worker"), "nodes": nodeNames(cluster: name),
        ]
        for (key, names) in lists { cluster[key] = .array(names.map(JSONValue.string)) }
        return cluster
    }

    /// The facts of a node: its members, and `label-pairs` (`key=value`).
    public func node(_ name: String) -> JSONValue? {
        guard var node = nodes.first(where: { $0["name"]?.string == name }) else { return nil }
        let labels = node["labels"]?.object ?? [:]
        node["label-pairs"] = .array(
            labels.sorted { $0.key < $1.key }.map { .string("\($0.key)=\($0.value.string ?? "")") })
        return node
    }

    /// The estate with facts that were unknown filled from a lab's inventions,
    /// and the paths of those. A stated fact is never replaced.
    public func filled(from invented: JSONValue) -> (estate: Estate, paths: [String]) {
        var paths: [String] = []
        let filled = Self.fill(facts, from: invented, path: "", &paths)
        return (Estate(facts: filled), paths.sorted())
    }

    private static func fill(
        _ value: JSONValue, from invented: JSONValue, path: String, _ paths: inout [String]
    ) -> JSONValue {
        if value == unknown || value == .null {
            paths.append(path)
            return invented
        }
        guard case .object(let additions) = invented else { return value }
        if case .object(var members) = value {
            for (key, addition) in additions {
                members[key] = fill(
                    members[key] ?? unknown, from: addition,
                    path: path.isEmpty ? key : "\(path).\(key)", &paths)
            }
            return .object(members)
        }
        // A list of named things is filled by name.
        guard case .array(let elements) = value else { return value }
        return .array(
            elements.map { element in
                guard let name = element["name"]?.string, let addition = additions[name] else {
                    return element
                }
                return fill(element, from: addition, path: "\(path).\(name)", &paths)
            })
    }
}
