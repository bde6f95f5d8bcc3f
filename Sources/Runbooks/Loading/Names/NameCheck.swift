internal import JSON
internal import YAML

/// Looks at every name in one node of a document.
struct NameCheck {
    let file: String
    let names: Names
    private(set) var problems: [Diagnostic] = []

    /// Keys whose text is the name of a thing, when the other key is there, too.
    private static let things = [
        "at": "run", "host": "run", "source": "desired-state", "rekey": "rekey",
    ]
    /// Keys whose text is the name of a value that steps leave behind.
    private static let values: Set = ["same-as", "differs-from", "count-of", "spread"]
    /// Keys whose text is never a name.
    private static let texts: Set = ["id", "include", "matches", "pattern", "tls", "take", "each"]

    init(file: String, names: Names) {
        self.file = file
        self.names = names
    }

    mutating func look(at node: YAMLNode) {
        switch node {
        case .scalar(let scalar): fill(scalar)
        case .sequence(let elements, _): for element in elements { look(at: element) }
        case .mapping(let mapping, _):
            for entry in mapping.entries { look(at: entry.value, under: entry.key, of: mapping) }
        }
    }

    private mutating func look(at value: YAMLNode, under key: Scalar, of mapping: Mapping) {
        if Self.texts.contains(key.text) { return }
        switch key.text {
        case "when": lookAtFacts(value)
        case "json" where value.mapping != nil && value["at"] == nil: lookAtTexts(value)
        case "stdin": lookAtInput(value)
        case "with": lookAtSubjects(value)
        case "capture":
            for entry in value.mapping?.entries ?? [] {
                let filters = entry.value["where"].map { $0.sequence ?? [$0] } ?? []
                for filter in filters {
                    for key in ["equals", "none", "repository"] {
                        if let text = filter[key] { look(at: text) }
                    }
                }
            }
        default:
            guard let scalar = value.scalar, !scalar.text.contains("{{"), !scalar.text.isEmpty
            else {
                return look(at: value)
            }
            if let partner = Self.things[key.text], mapping[partner] != nil {
                follow(scalar, "RB-TEMPLATE")
            } else if Self.values.contains(key.text), scalar.json.int == nil {
                follow(scalar, "RB-NOSTEP")
            } else if ["includes", "equals"].contains(key.text), isReference(scalar) {
                follow(scalar, "RB-NOSTEP")
            }
        }
    }

    /// A value that goes out as JSON: its keys are not ours, only holes count.
    private mutating func lookAtTexts(_ node: YAMLNode) {
        switch node {
        case .scalar(let scalar): fill(scalar)
        case .sequence(let elements, _): for element in elements { lookAtTexts(element) }
        case .mapping(let mapping, _): for entry in mapping.entries { lookAtTexts(entry.value) }
        }
    }

    /// `when`, whose keys are names of facts.
    private mutating func lookAtFacts(_ node: YAMLNode) {
        for key in node.mapping?.keys ?? [] {
            guard let path = FactPath(key.text) else { continue }
            guard names.facts[path.root] == nil,
                names.steps[path.root] != nil || names.later[path.root] != nil
            else {
                _ = follow(path, key.mark, "RB-TEMPLATE")
                continue
            }
            add(
                key.mark, "RB-WHEN",
                "'\(path)' is known only during the run; when compares facts of the estate")
        }
    }

    private mutating func lookAtInput(_ node: YAMLNode) {
        for key in ["secret", "from"] { if let scalar = node[key]?.scalar { secret(scalar) } }
        if let value = node["json"] { lookAtTexts(value) }
    }

    /// `with` of a proof.
    private mutating func lookAtSubjects(_ node: YAMLNode) {
        for entry in node.mapping?.entries ?? [] {
            guard let scalar = entry.value.scalar else { continue }
            if scalar.text.contains("{{") {
                fill(scalar)
            } else if ["from", "token"].contains(entry.key.text) {
                secret(scalar)
            } else {
                follow(scalar, "RB-TEMPLATE")
            }
        }
    }

    /// The `each` and `when` of an include.
    mutating func lookAtRange(of node: YAMLNode) {
        if let when = node["when"] { lookAtFacts(when) }
    }

    /// What the `with` of an include gives its fragment.
    mutating func given(_ node: YAMLNode?) -> [String: Known] {
        var given: [String: Known] = [:]
        for entry in node?.mapping?.entries ?? [] {
            guard let scalar = entry.value.scalar else {
                lookAtTexts(entry.value)
                continue
            }
            if scalar.isPlain, scalar.json.string != nil, let path = FactPath(scalar.text) {
                given[entry.key.text] =
                    follow(path, scalar.mark, "RB-NOSTEP", isWord: true) ?? .anything
            } else {
                fill(scalar)
                given[entry.key.text] = .plain
            }
        }
        return given
    }

    private mutating func secret(_ scalar: Scalar) {
        guard let path = FactPath(scalar.text), let known = follow(path, scalar.mark, "RB-NOSTEP")
        else { return }
        if known == .secret || known == .anything { return }
        add(scalar.mark, "RB-TYPE", "'\(scalar.text)' is no parameter of type secret")
    }

    /// Plain text with a dot in it whose beginning is known is a name.
    private func isReference(_ scalar: Scalar) -> Bool {
        guard scalar.isPlain, scalar.text.contains("."), let path = FactPath(scalar.text) else {
            return false
        }
        return names.facts[path.root] != nil || names.steps[path.root] != nil
            || names.later[path.root] != nil
    }

    private mutating func fill(_ scalar: Scalar) {
        guard let template = try? Template(scalar.text) else { return }
        for path in template.holes where follow(path, scalar.mark, "RB-TEMPLATE") == .secret {
            add(
                scalar.mark, "RB-SECRET",
                "'\(path)' is a secret, and everybody can read arguments and texts; only "
                    + "{{ \(path).sha256 }} may stand here, the secret goes by stdin: {secret: \(path)}"
            )
        }
    }

    private mutating func follow(_ scalar: Scalar, _ code: String) {
        guard let path = FactPath(scalar.text) else {
            return add(scalar.mark, code, "\(scalar.text.excerpt) is not the name of a value")
        }
        _ = follow(path, scalar.mark, code)
    }

    /// What `path` stands for; nil, with a diagnostic, when that is nothing.
    mutating func follow(_ path: FactPath, _ mark: Mark, _ code: String, isWord: Bool = false)
        -> Known?
    {
        switch names.meaning(path) {
        case .known(let known): return known
        case .later(let line):
            add(
                mark, "RB-NOSTEP",
                "'\(path)' is not there yet: '\(path.root)' stands in line \(line); move this step behind it"
            )
        case .missing(let hint):
            if path.root == "pinned" {
                add(
                    mark, "RB-PIN",
                    "nothing is pinned yet; put a step with desired-state: pin before this one")
                return nil
            }
            let quotes = isWord ? "; text stands in quotes" : ""
            add(mark, code, "nothing is called '\(path)'\(hint)\(quotes)")
        case .partMissing("observed", _, ""):
            add(mark, "RB-NOSTEP", "only a step with observe has '\(path)'")
        case .partMissing(let whole, let isStep, let hint):
            add(
                mark, isStep ? "RB-NOSTEP" : "RB-TEMPLATE",
                "'\(whole)' has no part of that name: '\(path)'\(hint)")
        }
        return nil
    }

    private mutating func add(_ mark: Mark, _ code: String, _ message: String) {
        problems.append(Diagnostic(file: file, mark: mark, code: code, message: message))
    }
}
