internal import JSON
internal import YAML

/// What an estate must keep so that the tool may rely on it.
struct EstateRules {
    let file: String

    func problems(_ root: YAMLNode) -> [Diagnostic] {
        guard root.mapping != nil else {
            return [problem("ES-TYPE", root.mark, "an estate is a mapping")]
        }
        var list: [Diagnostic] = []
        if root["estate"]?.json != .int(1) {
            list.append(problem("ES-VERSION", root.mark, "this tool reads 'estate: 1'"))
        }
        if root["name"]?.json.string == nil {
            list.append(problem("ES-NAME", root.mark, "the estate needs a name"))
        }
        let clusters = names(root["clusters"], "cluster", &list)
        let nodes = names(root["nodes"], "node", &list)
        for node in root["nodes"]?.sequence ?? [] { list += nodeProblems(node, clusters: clusters) }
        if clusters.isEmpty {
            list.append(problem("ES-EMPTY", root.mark, "the estate has no clusters"))
        }
        if nodes.isEmpty { list.append(problem("ES-EMPTY", root.mark, "the estate has no nodes")) }
        return list + EstateForms(file: file).problems(root) + addressProblems(root)
            + EstateReferences(file: file, root: root).problems
    }

    private func problem(_ code: String, _ mark: Mark?, _ message: String) -> Diagnostic {
        Diagnostic(file: file, mark: mark, code: code, message: message)
    }

    private func names(_ list: YAMLNode?, _ kind: String, _ problems: inout [Diagnostic])
        -> [String]
    {
        var seen: [String: Mark] = [:]
        for element in list?.sequence ?? [] {
            guard let name = element["name"]?.scalar, HostGrammar.isName(name.text) else {
                problems.append(
                    problem(
                        "ES-NAME", element.mark, "a \(kind) needs a name of a-z, 0-9, '-' and '.'"))
                continue
            }
            if let first = seen.updateValue(name.mark, forKey: name.text) {
                problems.append(
                    problem(
                        "ES-DUP", name.mark,
                        "\(kind) '\(name.text)' stands in line \(first.line) already"))
            }
        }
        return Array(seen.keys)
    }

    private func nodeProblems(_ node: YAMLNode, clusters: [String]) -> [Diagnostic] {
        var list: [Diagnostic] = []
        let cluster = node["cluster"]?.scalar?.text ?? ""
        if !clusters.contains(cluster) {
            let hint = NearestName.hint(cluster, among: clusters)
            list.append(problem("ES-CLUSTER", node.mark, "there is no cluster '\(cluster)'\(hint)"))
        }
        if !["server", "worker", "unknown"].contains(node["role"]?.scalar?.text ?? "") {
            list.append(problem("ES-ROLE", node.mark, "a node's role is server, worker or unknown"))
        }
        return list
    }

    private func addressProblems(_ root: YAMLNode) -> [Diagnostic] {
        var owners: [String: String] = [:]
        var list: [Diagnostic] = []
        for node in root["nodes"]?.sequence ?? [] {
            let name = node["name"]?.scalar?.text ?? ""
            for entry in node["address"]?.mapping?.entries ?? [] {
                guard let address = entry.value.scalar, address.text != "unknown" else { continue }
                guard let canonical = HostGrammar.canonical(address.text) else {
                    list.append(problem("ES-ADDR", address.mark, "'\(address.text)' is no address"))
                    continue
                }
                if let owner = owners.updateValue(name, forKey: canonical), owner != name {
                    list.append(
                        problem(
                            "ES-DUP", address.mark,
                            "\(owner) and \(name) share the address \(address.text)"))
                }
            }
        }
        return list
    }
}
