internal import YAML

/// Goes through a document in file order, and through the fragments it includes,
/// and looks whether every name leads somewhere that is there by then.
final class NameWalk {
    private let library: RunbookLibrary?
    private var list: [Diagnostic] = []
    private var fragments: [String: Fragment] = [:]
    /// Steps so far; those of an `each` count once.
    private var count = 0
    /// Whether all of the plan is seen, so that what is missing is missing.
    private var isWhole = false
    private var isPinned = false
    /// The deepest a fragment may be.
    private static let depthLimit = 4

    /// Without a library, what an include brings is not known.
    init(library: RunbookLibrary?) { self.library = library }

    /// What the engine knows during a run.
    private static let engine: [String: Known] = [
        "run": .members(["id": .plain]), "attempt": .members(["id": .plain]),
    ]

    /// What is wrong with the names of `runbook`, which itself is right.
    func problems(of runbook: Runbook) -> [Diagnostic] {
        isWhole = true
        let file = runbook.document.path
        var facts = Self.engine
        for parameter in runbook.parameters { facts[parameter.name] = Known(parameter.type) }
        var names = Names(facts: facts)
        for node in runbook.prerequisites { check(node, names, file) }
        for parameter in runbook.parameters {
            guard let list = parameter.within, case .missing(let hint) = names.meaning(list) else {
                continue
            }
            add(
                file, nil, "RB-NOSTEP",
                "parameter '\(parameter.name)': nothing is called '\(list)'\(hint)")
        }
        names.steps = steps(runbook.steps, names, file, [])
        if isPinned { names.facts["pinned"] = .anything }
        for node in runbook.recovered { check(node, names, file) }
        if count > RunbookDecoder.mostSteps {
            add(
                file, runbook.steps.first?.mark, "RB-STEPS",
                "\(count) steps with those of its fragments; a plan has at most \(RunbookDecoder.mostSteps)"
            )
        }
        return list
    }

    /// What is wrong with the names of `fragment`, whatever its parameters stand for.
    func problems(of fragment: Fragment) -> [Diagnostic] {
        var facts = Self.engine
        facts["pinned"] = .anything
        for name in fragment.parameters { facts[name] = .anything }
        _ = steps(fragment.steps, Names(facts: facts), fragment.document.path, [fragment.name])
        return list
    }

    private func add(_ file: String, _ mark: Mark?, _ code: String, _ message: String) {
        let diagnostic = Diagnostic(file: file, mark: mark, code: code, message: message)
        if !list.contains(diagnostic) { list.append(diagnostic) }
    }

    private func check(_ node: YAMLNode, _ names: Names, _ file: String) {
        var check = NameCheck(file: file, names: names)
        check.look(at: node)
        for problem in check.problems where !list.contains(problem) { list.append(problem) }
    }

    /// The names that `nodes` leave behind.
    private func steps(
        _ nodes: [YAMLNode], _ start: Names, _ file: String, _ path: [String]
    ) -> [String: Known] {
        var names = start
        for node in nodes { names.later[node["id"]?.scalar?.text ?? ""] = node.mark.line }
        for node in nodes {
            if isPinned { names.facts["pinned"] = .anything }
            var own = names
            range(node, &own, file)
            let made =
                node["include"] == nil ? step(node, own, file) : include(node, own, file, path)
            guard let id = node["id"]?.scalar?.text else { continue }
            names.later[id] = nil
            names.steps[id] = node["each"] == nil ? made : .anything
        }
        return names.steps
    }

    /// The element of an `each` is known in its step.
    private func range(_ node: YAMLNode, _ names: inout Names, _ file: String) {
        guard let each = node["each"]?.mapping?.entries,
            let entry = each.first(where: { !Shape.each.keys.contains($0.key.text) }),
            let scalar = entry.value.scalar, let path = FactPath(scalar.text)
        else { return }
        var check = NameCheck(file: file, names: names)
        let known = check.follow(path, scalar.mark, "RB-NOSTEP")
        list += check.problems.filter { !list.contains($0) }
        if let known, known.element == nil {
            add(file, scalar.mark, "RB-EACH", "'\(path)' is no list")
        }
        names.facts[entry.key.text] = known?.element ?? .anything
        if let except = node["each"]?["except"] { self.check(except, names, file) }
    }

    private func step(_ node: YAMLNode, _ names: Names, _ file: String) -> Known {
        count += 1
        if isWhole, !isPinned, node["gitops"]?.scalar?.text == "resume" {
            add(
                file, node.mark, "RB-PIN",
                "step '\(node["id"]?.scalar?.text ?? "")' resumes GitOps without a "
                    + "desired-state: pin before it"
            )
        }
        var names = names
        let observed = (node["observe"]?.mapping?.keys ?? []).map { ($0.text, Known.anything) }
        names.facts["observed"] = .members(
            Dictionary(observed, uniquingKeysWith: { first, _ in first }))
        check(node, names, file)
        if node["do"]?["desired-state"]?.scalar?.text == "pin" { isPinned = true }
        var made = Dictionary(observed, uniquingKeysWith: { first, _ in first })
        for entry in node["capture"]?.mapping?.entries ?? [] {
            let members =
                entry.value["take"]?.mapping?.keys.map { key in
                    // Of `parent.name` the element has a `parent`.
                    (String(key.text.prefix { $0 != "." }), Known.anything)
                } ?? []
            made[entry.key.text] =
                members.isEmpty
                ? .anything
                : .list(.members(Dictionary(members, uniquingKeysWith: { first, _ in first })))
        }
        return .members(made)
    }

    private func include(_ node: YAMLNode, _ names: Names, _ file: String, _ path: [String])
        -> Known
    {
        var check = NameCheck(file: file, names: names)
        check.lookAtRange(of: node)
        let given = check.given(node["with"])
        for problem in check.problems where !list.contains(problem) { list.append(problem) }
        guard let library, let name = node["include"]?.scalar,
            RunbookDecoder.isIdentifier(name.text)
        else {
            return .anything
        }
        let way = path + [name.text]
        if path.contains(name.text) || path.count >= Self.depthLimit {
            let reason =
                path.contains(name.text)
                ? "include each other" : "are deeper than \(Self.depthLimit)"
            add(file, name.mark, "RB-CYCLE", "fragments \(reason): \(way.joined(separator: " → "))")
            return .anything
        }
        let fragment: Fragment
        do throws(Diagnostics) {
            if let known = fragments[name.text] {
                fragment = known
            } else {
                fragment = try library.alone(name.text)
            }
        } catch {
            for problem in error.list {
                // A fragment that is not there is the fault of whoever asks for it.
                let isHere = problem.code == "RB-NAME"
                add(
                    isHere ? file : problem.file, isHere ? name.mark : problem.mark, problem.code,
                    problem.message)
            }
            return .anything
        }
        fragments[name.text] = fragment
        checkGiven(node, fragment, file)
        var inner = Names(facts: Self.engine)
        inner.facts["pinned"] = isWhole ? nil : .anything
        for parameter in fragment.parameters {
            inner.facts[parameter] = given[parameter] ?? .anything
        }
        return .members(steps(fragment.steps, inner, fragment.document.path, way))
    }

    private func checkGiven(_ node: YAMLNode, _ fragment: Fragment, _ file: String) {
        let keys = node["with"]?.mapping?.keys ?? []
        for parameter in fragment.parameters where !keys.contains(where: { $0.text == parameter }) {
            add(
                file, node.mark, "RB-WITH",
                "fragment '\(fragment.name)' needs '\(parameter)' in with")
        }
        for key in keys where !fragment.parameters.contains(key.text) {
            let hint = NearestNames.hint(key.text, fragment.parameters)
            add(
                file, key.mark, "RB-WITH",
                "fragment '\(fragment.name)' has no parameter \(key.text.excerpt)\(hint)")
        }
    }
}
