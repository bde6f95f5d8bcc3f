internal import Estates
internal import JSON
internal import Runbooks
internal import YAML

/// Binds a list of steps and splices its fragments: a runbook's steps in, the
/// plan's steps out, in file order.
struct Splicer {
    let library: RunbookLibrary
    let estate: Estate
    private(set) var steps: [YAMLNode] = []
    private(set) var skipped: [String] = []
    private(set) var documents: [Document] = []
    private(set) var problems: [Diagnostic] = []
    private(set) var unknowns: [String] = []
    private static let depthLimit = 4

    init(library: RunbookLibrary, estate: Estate) {
        self.library = library
        self.estate = estate
    }

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
            ranged(node, id: full, file: file, scope: scope) { splicer, id, scope, atOnce in
                if let include = node["include"]?.scalar {
                    splicer.include(node, include, id: id, file: file, scope: scope, depth: depth)
                } else {
                    let group = atOnce > 1 ? Group(name: full, atOnce: atOnce) : nil
                    splicer.bindStep(node, id: id, file: file, scope: scope, group: group)
                }
            }
        }
    }

    /// Once for each element of a list fact, once in all for a list known only
    /// during the run, and once without `each`.
    private mutating func ranged(
        _ node: YAMLNode, id: String, file: String, scope: Scope,
        _ bind: (inout Splicer, String, Scope, Int) -> Void
    ) {
        guard let each = EachBinding(node) else { return bind(&self, id, scope, 1) }
        var binder = Binder(file: file, scope: scope)
        var scope = scope
        switch binder.meaning(each.list) {
        case .value(let value):
            guard let list = value.array else {
                report(each.list, file, "'\(each.list.text)' is no list")
                break
            }
            let except = each.except.flatMap { binder.nameOfThing($0) }
            if let scalar = each.except, except == nil {
                report(scalar, file, "whom to leave out must be known when the plan is made")
            }
            let elements = each.elements(list, except: except, estate: estate)
            if elements.isEmpty { skipped.append(id) }
            for (index, element) in elements.enumerated() {
                scope.values[each.name] = element
                bind(&self, "\(id).\(index + 1)", scope, each.atOnce)
            }
        case .later:
            if scope.block != nil {
                report(each.list, file, "a list known only during the run cannot stand in another")
            }
            // The element is known only during the run, under the same name.
            scope.aliases[each.name] = FactPath(each.name)
            if node["include"] != nil { scope.block = binder.block(each.node, id: id) }
            bind(&self, id, scope, 1)
        default: break
        }
        problems += binder.problems
        unknowns += binder.unknowns
    }

    private mutating func report(_ scalar: Scalar, _ file: String, _ message: String) {
        problems.append(
            Diagnostic(file: file, mark: scalar.mark, code: "RB-EACH", message: message))
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

    private mutating func bindStep(
        _ node: YAMLNode, id: String, file: String, scope: Scope, group: Group?
    ) {
        var binder = Binder(file: file, scope: scope)
        let isRanged = EachBinding(node).flatMap { scope.aliases[$0.name] } != nil
        guard case .mapping(let mapping, let mark) = binder.bind(node.without(isRanged ? [] : ["each"]))
        else { return }
        problems += binder.problems
        unknowns += binder.unknowns
        var entries = mapping.entries.filter { !["when", "id"].contains($0.key.text) }
        let text = { (text: String, isPlain: Bool) in
            YAMLNode.scalar(Scalar(text: text, isPlain: isPlain, mark: mark))
        }
        let key = { (name: String) in Scalar(text: name, isPlain: true, mark: mark) }
        entries.append((key("id"), text(id, false)))
        if let block = scope.block { entries.append((key("each"), block)) }
        if let group {
            let among = Mapping(entries: [
                (key("of"), text(group.name, false)),
                (key("at-once"), text(String(group.atOnce), true)),
            ])
            entries.append((key("among"), .mapping(among, mark)))
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
        inner.block = scope.block
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
        // Text in quotes is what it says, even where a name would look the same.
        switch scalar.isPlain && FactPath(scalar.text) != nil ? binder.meaning(scalar) : nil {
        case .value(let value): inner.values[parameter] = value
        case .later(let path): inner.aliases[parameter] = path
        case .unknown: inner.values[parameter] = Estate.unknown
        case nil: inner.values[parameter] = scalar.json
        case .missing: break
        }
        problems += binder.problems
        unknowns += binder.unknowns
    }
}

extension YAMLNode {
    /// The mapping without some members.
    func without(_ keys: [String]) -> YAMLNode {
        guard case .mapping(let mapping, let mark) = self, !keys.isEmpty else { return self }
        return .mapping(
            Mapping(entries: mapping.entries.filter { !keys.contains($0.key.text) }), mark)
    }
}
