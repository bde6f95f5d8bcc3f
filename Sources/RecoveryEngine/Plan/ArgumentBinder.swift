internal import Estates
internal import JSON
internal import Patterns
internal import Runbooks
internal import YAML

/// Checks what was given against the declared parameters, and finds the facts
/// the names stand for.
struct ArgumentBinder {
    let estate: Estate
    let runbook: Runbook

    /// Arguments with their facts.
    struct Bound {
        var values: [String: JSONValue] = [:]
        /// What may be shown and stored.
        var shown: [String: String] = [:]
        var clusters: [String] = []
        var targets: [String] = []
        /// Name to SHA-256.
        var secrets: [String: String] = [:]
    }

    func bind(_ given: [String: String]) throws(PlanError) -> Bound {
        var mistakes: [String] = []
        let names = runbook.parameters.map(\.name)
        for name in given.keys.sorted() where !names.contains(name) {
            mistakes.append(
                "\(runbook.name) has no --\(name)\(NearestName.hint(name, among: names))")
        }
        var bound = Bound()
        // Clusters last: a cluster nobody named is the one its node is in.
        for parameter in runbook.parameters where parameter.type != .cluster {
            guard let text = given[parameter.name] else {
                mistakes.append("--\(parameter.name) is missing (\(Self.wanted(parameter)))")
                continue
            }
            bind(parameter, text, into: &bound, &mistakes)
        }
        for parameter in runbook.parameters where parameter.type == .cluster {
            bindCluster(parameter, given[parameter.name], into: &bound, &mistakes)
        }
        checkLists(bound, &mistakes)
        if !mistakes.isEmpty { throw .usage(mistakes) }
        return bound
    }

    /// The runbook's cluster where the estate has only one.
    var onlyCluster: [String: JSONValue]? {
        guard let parameter = runbook.parameters.first(where: { $0.type == .cluster }),
            estate.clusters.count == 1, let name = estate.clusters[0]["name"]?.string,
            let facts = estate.cluster(name)
        else { return nil }
        return [parameter.name: facts]
    }

    private static func wanted(_ parameter: Parameter) -> String {
        switch parameter.type {
        case .secret: "the file that holds it, or its place in the binding under secrets"
        case .backup(let kind): "a backup of the estate\(kind.map { " of kind \($0)" } ?? "")"
        case .choice(let words): "one of: \(words.joined(separator: ", "))"
        default: "a \(parameter.type.word)"
        }
    }

    private func bind(
        _ parameter: Parameter, _ text: String, into bound: inout Bound, _ mistakes: inout [String]
    ) {
        let name = parameter.name
        switch parameter.type {
        case .node:
            guard let facts = estate.node(text) else {
                let hint = NearestName.hint(
                    text, among: estate.nodes.compactMap { $0["name"]?.string })
                mistakes.append("--\(name): \(estate.name) has no node '\(text)'\(hint)")
                return
            }
            bound.values[name] = Self.derived(facts)
            bound.targets.append(text)
        case .secret:
            bound.values[name] = ["sha256": .string(text), "name": .string(name)]
            bound.secrets[name] = text
            return
        case .backup(let kind):
            guard let backup = backup(text, kind, name, &mistakes) else { return }
            bound.values[name] = backup
        case .choice(let words):
            if !words.contains(text) {
                mistakes.append(
                    "--\(name) is \(Self.wanted(parameter))\(NearestName.hint(text, among: words))")
            }
            bound.values[name] = .string(text)
        case .integer:
            guard let number = Int(text) else {
                mistakes.append("--\(name) is a whole number, this is '\(text)'")
                return
            }
            bound.values[name] = .int(number)
        case .duration:
            if Duration(runbookText: text) == nil {
                mistakes.append("--\(name) is a length of time such as 30s")
            }
            bound.values[name] = .string(text)
        case .flag:
            if text != "true", text != "false" { mistakes.append("--\(name) is true or false") }
            bound.values[name] = .bool(text == "true")
        case .text:
            if text.isOption || text.utf8.contains(where: { $0 < 0x20 }) {
                mistakes.append(
                    "--\(name) may not start with '-' or '@' or hold control characters")
            } else if let pattern = parameter.pattern, !pattern.matches(text) {
                mistakes.append("--\(name) must match \(pattern.text), this is '\(text)'")
            }
            bound.values[name] = .string(text)
        case .cluster: break
        }
        bound.shown[name] = text
    }

    private func backup(
        _ text: String, _ kind: String?, _ name: String, _ mistakes: inout [String]
    ) -> JSONValue? {
        let backups = (estate.facts["backups"]?.array ?? []).filter {
            kind == nil || $0["kind"]?.string == kind
        }
        if let backup = backups.first(where: { $0["name"]?.string == text }) { return backup }
        let names = backups.compactMap { $0["name"]?.string }
        mistakes.append(
            "--\(name): \(estate.name) has no backup '\(text)'"
                + "\(NearestName.hint(text, among: names)); it has: "
                + (names.isEmpty ? "none" : names.joined(separator: ", ")))
        return nil
    }

    private func bindCluster(
        _ parameter: Parameter, _ text: String?, into bound: inout Bound, _ mistakes: inout [String]
    ) {
        let homes = Set(bound.values.values.compactMap { $0["cluster"]?.string })
        let all = estate.clusters.compactMap { $0["name"]?.string }
        guard let name = text ?? (homes.count == 1 ? homes.first : all.count == 1 ? all.first : nil)
        else {
            mistakes.append(
                "--\(parameter.name) is missing; one of: \(all.joined(separator: ", "))")
            return
        }
        guard let facts = estate.cluster(name) else {
            mistakes.append(
                "--\(parameter.name): \(estate.name) has no cluster '\(name)'"
                    + NearestName.hint(name, among: all)
            )
            return
        }
        bound.values[parameter.name] = facts
        bound.shown[parameter.name] = name
        bound.clusters.append(name)
        if let other = facts.at("gitops", "cluster")?.string, !bound.clusters.contains(other) {
            bound.clusters.append(other)
        }
    }

    /// `in: cluster.workers`.
    private func checkLists(_ bound: Bound, _ mistakes: inout [String]) {
        for parameter in runbook.parameters {
            guard let list = parameter.within, let text = bound.shown[parameter.name] else {
                continue
            }
            var scope = Scope()
            scope.values = bound.values
            guard case .value(let value) = scope.meaning(list),
                let names = value.array?.compactMap(\.string),
                !names.contains(text)
            else { continue }
            mistakes.append(
                "--\(parameter.name): \(text) is not one of \(list): \(names.joined(separator: ", "))"
            )
        }
    }

    /// Facts of a node that are made of others.
    static func derived(_ facts: JSONValue) -> JSONValue {
        var facts = facts
        guard facts["taints"] != Estate.unknown else {
            facts["tainted"] = Estate.unknown
            facts["taint-objects"] = Estate.unknown
            return facts
        }
        let taints = facts["taints"]?.array?.compactMap(\.string) ?? []
        facts["tainted"] = .string(taints.isEmpty ? "no" : "yes")
        facts["taint-objects"] = .array(taints.compactMap(Taint.object))
        return facts
    }
}

/// `key=value:Effect` as Kubernetes writes it in a Node.
enum Taint {
    static func object(_ text: String) -> JSONValue? {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let pair = parts[0].split(separator: "=", maxSplits: 1)
        var members: [String: JSONValue] = [
            "key": .string(String(pair[0])), "effect": .string(String(parts[1])),
        ]
        if pair.count == 2 { members["value"] = .string(String(pair[1])) }
        return .object(members)
    }
}
