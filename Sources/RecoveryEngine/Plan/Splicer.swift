internal import JSON
internal import Runbooks
internal import YAML

/// Binds a list of steps and splices its fragments: a runbook's steps in, the
/// plan's steps out, in file order.
struct Splicer {
    let library: RunbookLibrary
    private(set) var steps: [YAMLNode] = []
    private(set) var skipped: [String] = []
    private(set) var documents: [Document] = []
    private(set) var problems: [Diagnostic] = []
    private(set) var unknowns: [String] = []
    private static let depthLimit = 4

    init(library: RunbookLibrary) { self.library = library }

    mutating func splice(_ nodes: [YAMLNode], file: String, scope: Scope, depth: Int = 0) {
        var scope = scope
        scope.steps = Set(nodes.compactMap { $0["id"]?.scalar?.text })
        for node in nodes {
            guard let id = node["id"]?.scalar?.text else { continue }
            let full = scope.prefix.isEmpty ? id : "\(scope.prefix).\(id)"
            guard isWanted(node, file: file, scope: scope) else {
                skipped.append(full)
                continue
            }
            if let include = node["include"]?.scalar {
                self.include(node, include, id: full, file: file, scope: scope, depth: depth)
            } else {
                bindStep(node, id: full, file: file, scope: scope)
            }
        }
    }

    /// `when` compares facts with literals, before the run.
    private mutating func isWanted(_ node: YAMLNode, file: String, scope: Scope) -> Bool {
        for entry in node["when"]?.mapping?.entries ?? [] {
            guard let path = FactPath(entry.key.text) else { continue }
            let allowed = (entry.value.sequence ?? [entry.value]).compactMap { $0.scalar?.text }
            switch scope.meaning(path) {
            case .value(let value):
                if !allowed.contains(Values.text(value)) { return false }
            case .unknown: unknowns.append(path.description)
            case .later:
                problems.append(
                    Diagnostic(
                        file: file, mark: entry.key.mark, code: "RB-WHEN",
                        message:
                            "'\(path)' is known only during the run; when compares facts of the estate"
                    ))
            case .missing(let hint):
                problems.append(
                    Diagnostic(
                        file: file, mark: entry.key.mark, code: "RB-TEMPLATE",
                        message: "nothing is called '\(path)'\(hint)"))
            }
        }
        return true
    }

    private mutating func bindStep(_ node: YAMLNode, id: String, file: String, scope: Scope) {
        var scope = scope
        if let each = node["each"]?.mapping?.entries.first {
            if let list = each.value.scalar, let path = FactPath(list.text),
                case .value = scope.meaning(path)
            {
                problems.append(
                    Diagnostic(
                        file: file, mark: list.mark, code: "RB-EACH",
                        message: "each ranges over a list a step captured; '\(path)' is a fact"))
            }
            // The element is known only during the run, under the same name.
            scope.aliases[each.key.text] = FactPath(each.key.text)
        }
        var binder = Binder(file: file, scope: scope)
        guard case .mapping(let mapping, let mark) = binder.bind(node) else { return }
        problems += binder.problems
        unknowns += binder.unknowns
        let entries = mapping.entries.filter { $0.key.text != "when" }.map { entry in
            entry.key.text == "id"
                ? (
                    key: entry.key,
                    value: YAMLNode.scalar(Scalar(text: id, isPlain: false, mark: entry.value.mark))
                )
                : entry
        }
        steps.append(.mapping(Mapping(entries: entries), mark))
    }

    private mutating func include(
        _ node: YAMLNode, _ name: Scalar, id: String, file: String, scope: Scope, depth: Int
    ) {
        let fragment: Fragment
        do throws(Diagnostics) {
            guard depth < Self.depthLimit else {
                throw Diagnostics([
                    Diagnostic(
                        file: file, mark: name.mark, code: "RB-CYCLE",
                        message: "fragments include each other deeper than \(Self.depthLimit)")
                ])
            }
            fragment = try library.fragment(name.text)
        } catch {
            problems += error.list
            return
        }
        documents.append(fragment.document)
        var inner = Scope()
        inner.prefix = id
        let given = node["with"]?.mapping?.entries ?? []
        for parameter in fragment.parameters {
            guard let value = given.first(where: { $0.key.text == parameter })?.value else {
                problems.append(
                    Diagnostic(
                        file: file, mark: node.mark, code: "RB-WITH",
                        message: "fragment '\(fragment.name)' needs '\(parameter)' in with"))
                continue
            }
            give(value, as: parameter, to: &inner, file: file, scope: scope)
        }
        splice(fragment.steps, file: fragment.document.path, scope: inner, depth: depth + 1)
    }

    private mutating func give(
        _ value: YAMLNode, as parameter: String, to inner: inout Scope, file: String, scope: Scope
    ) {
        guard let scalar = value.scalar else {
            inner.values[parameter] = value.json
            return
        }
        var binder = Binder(file: file, scope: scope)
        switch FactPath(scalar.text) == nil ? nil : binder.meaning(scalar) {
        case .value(let value): inner.values[parameter] = value
        case .later(let path): inner.aliases[parameter] = path
        case nil: inner.values[parameter] = scalar.json
        default: break
        }
        problems += binder.problems
        unknowns += binder.unknowns
    }
}
