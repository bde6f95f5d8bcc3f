internal import JSON
internal import Runbooks
internal import YAML

/// Fills a document's names with values, as far as they are known before the
/// run: YAML nodes in, YAML nodes out.
struct Binder {
    let file: String
    var scope: Scope
    private(set) var problems: [Diagnostic] = []
    private(set) var unknowns: [String] = []

    /// Keys whose text is the name of a value, not a template.
    private static let names: Set<String> = ["at", "host", "source", "rekey"]
    private static let laterNames: Set<String> = ["differs-from", "same-as"]

    init(file: String, scope: Scope) {
        self.file = file
        self.scope = scope
    }

    mutating func bind(_ node: YAMLNode) -> YAMLNode {
        switch node {
        case .scalar(let scalar): return .scalar(fill(scalar))
        case .sequence(let elements, let mark):
            return .sequence(elements.flatMap { bindElement($0) }, mark)
        case .mapping(let mapping, let mark):
            return .mapping(
                Mapping(
                    entries: mapping.entries.map { entry in
                        (entry.key, bindMember(entry.key.text, entry.value))
                    }), mark)
        }
    }

    /// `{spread: list}` becomes as many arguments as the list has elements.
    private mutating func bindElement(_ node: YAMLNode) -> [YAMLNode] {
        guard let mapping = node.mapping, mapping.entries.count == 1,
            let reference = mapping["spread"]?.scalar
        else { return [bind(node)] }
        switch meaning(reference) {
        case .value(let list):
            return (list.array ?? [list]).map { literal($0, reference) }
        case .later, nil: return [node]
        default: return []
        }
    }

    private mutating func bindMember(_ key: String, _ value: YAMLNode) -> YAMLNode {
        if key == "json", value.mapping != nil, value["at"] == nil { return bindText(value) }
        // A JSON matcher's `at` is a pointer: empty, or it starts with a slash.
        if let scalar = value.scalar, Self.names.contains(key), !scalar.text.isEmpty,
            !scalar.text.hasPrefix("/"), !scalar.text.contains("{{")
        {
            return .scalar(name(scalar))
        }
        // An entry of the binding has a name that is no fact's.
        if let scalar = value.scalar, key == "tls", isKnown(scalar) { return .scalar(name(scalar)) }
        if key == "with", let mapping = value.mapping {
            return .mapping(
                Mapping(
                    entries: mapping.entries.map { entry in
                        (entry.key, entry.value.scalar.map { .scalar(subject($0)) } ?? entry.value)
                    }), value.mark)
        }
        if let scalar = value.scalar, key == "count-of" { return countOf(scalar) }
        if let scalar = value.scalar, Self.laterNames.contains(key) {
            return .scalar(later(scalar))
        }
        if let scalar = value.scalar, key == "includes" || key == "equals", scalar.isPlain,
            scalar.text.contains("."), FactPath(scalar.text) != nil, isKnown(scalar)
        {
            if case .value(let fact) = meaning(scalar) { return literal(fact, scalar) }
        }
        if key == "each", let mapping = value.mapping {
            return .mapping(
                Mapping(
                    entries: mapping.entries.map { entry in
                        let isList = !EachBinding.options.contains(entry.key.text)
                        let bound = entry.value.scalar.map { scalar -> YAMLNode in
                            if isList { return .scalar(later(scalar)) }
                            return .scalar(entry.key.text == "except" ? subject(scalar) : scalar)
                        }
                        return (entry.key, bound ?? entry.value)
                    }), value.mark)
        }
        return bind(value)
    }

    /// The name of the thing `scalar` refers to, if it is known now.
    mutating func nameOfThing(_ scalar: Scalar) -> String? {
        let named = subject(scalar)
        return named.text.contains("{{") ? nil : named.text
    }

    /// The `each` of an include whose steps are made during the run.
    mutating func block(_ each: YAMLNode, id: String) -> YAMLNode? {
        guard case .mapping(let mapping, let mark) = bindMember("each", each) else { return nil }
        let name = Scalar(text: "block", isPlain: true, mark: mark)
        let value = YAMLNode.scalar(Scalar(text: id, isPlain: false, mark: mark))
        return .mapping(Mapping(entries: mapping.entries + [(name, value)]), mark)
    }

    /// What a proof is about: a name, or text with names in it.
    private mutating func subject(_ scalar: Scalar) -> Scalar {
        scalar.text.contains("{{") ? fill(scalar) : name(scalar)
    }

    /// The length of a list, or its name if that is known only during the run.
    private mutating func countOf(_ scalar: Scalar) -> YAMLNode {
        switch meaning(scalar) {
        case .value(let value):
            guard let list = value.array else {
                report(scalar, "'\(scalar.text)' is no list")
                return .scalar(scalar)
            }
            return YAMLNode(.int(list.count), mark: scalar.mark)
        case .later(let path):
            return .scalar(Scalar(text: path.description, isPlain: true, mark: scalar.mark))
        default: return .scalar(scalar)
        }
    }

    /// A value that goes out as JSON: its keys are not ours, only templates count.
    private mutating func bindText(_ node: YAMLNode) -> YAMLNode {
        switch node {
        case .scalar(let scalar): return .scalar(fill(scalar))
        case .sequence(let elements, let mark):
            return .sequence(elements.map { bindText($0) }, mark)
        case .mapping(let mapping, let mark):
            let entries = mapping.entries.map { (key: $0.key, value: bindText($0.value)) }
            return .mapping(Mapping(entries: entries), mark)
        }
    }

    private func isKnown(_ scalar: Scalar) -> Bool {
        FactPath(scalar.text).map { scope.values[$0.root] != nil } ?? false
    }

    /// Resolves the path in `scalar`; reports what has no meaning.
    mutating func meaning(_ scalar: Scalar) -> Scope.Meaning? {
        guard let path = FactPath(scalar.text) else {
            report(scalar, "'\(scalar.text)' is not the name of a value")
            return nil
        }
        return meaning(path, scalar)
    }

    private mutating func meaning(_ path: FactPath, _ scalar: Scalar) -> Scope.Meaning? {
        let meaning = scope.meaning(path)
        switch meaning {
        case .unknown: unknowns.append(path.description)
        case .missing(let hint): report(scalar, "nothing is called '\(path)'\(hint)")
        default: break
        }
        return meaning
    }

    /// The name of the thing `scalar` refers to.
    private mutating func name(_ scalar: Scalar) -> Scalar {
        switch meaning(scalar) {
        case .value(let value):
            guard let text = value.string ?? value["name"]?.string else {
                report(scalar, "'\(scalar.text)' has no name")
                return scalar
            }
            refuseHole(text, scalar.text, scalar)
            return Scalar(text: text, isPlain: false, mark: scalar.mark)
        case .later(let path):
            return Scalar(text: "{{ \(path) }}", isPlain: false, mark: scalar.mark)
        default: return scalar
        }
    }

    /// The name, in the plan, of a value known only during the run.
    private mutating func later(_ scalar: Scalar) -> Scalar {
        guard case .later(let path) = meaning(scalar) else { return scalar }
        return Scalar(text: path.description, isPlain: true, mark: scalar.mark)
    }

    private mutating func fill(_ scalar: Scalar) -> Scalar {
        guard scalar.text.contains("{{"), let template = try? Template(scalar.text) else {
            return scalar
        }
        var text = ""
        var holes: [FactPath] = []
        let known = problems.count
        for piece in template.pieces {
            switch piece {
            case .literal(let part): text += part
            case .hole(let path):
                switch meaning(path, scalar) {
                case .value(let value):
                    let part = Values.text(value)
                    refuseHole(part, path.description, scalar)
                    refuseOption(part, startsArgument: text.isEmpty, path, scalar)
                    text += part
                case .later(let path):
                    text += "{{ \(path) }}"
                    holes.append(path)
                default: break
                }
            }
        }
        // Neither is one that two values make together.
        if problems.count == known, (try? Template(text))?.holes != holes {
            report(scalar, "the values in '\(scalar.text)' make a '{{' together")
        }
        return Scalar(text: text, isPlain: false, mark: scalar.mark)
    }

    /// A fact as it stands.
    private mutating func literal(_ value: JSONValue, _ scalar: Scalar) -> YAMLNode {
        refuseHole(value.text, scalar.text, scalar)
        return YAMLNode(value, mark: scalar.mark)
    }

    /// A filled hole is never read again, not even later.
    private mutating func refuseHole(_ text: String, _ name: String, _ scalar: Scalar) {
        if text.contains("{{") { report(scalar, "the value of '\(name)' holds '{{'") }
    }

    private mutating func refuseOption(
        _ value: String, startsArgument: Bool, _ path: FactPath, _ scalar: Scalar
    ) {
        guard startsArgument, value.isOption else { return }
        problems.append(
            Diagnostic(
                file: file, mark: scalar.mark, code: "RB-OPTION",
                message:
                    "the value of '\(path)' starts with '\(value.prefix(1))' and would become an option"
            ))
    }

    private mutating func report(_ scalar: Scalar, _ message: String) {
        problems.append(
            Diagnostic(file: file, mark: scalar.mark, code: "RB-TEMPLATE", message: message))
    }
}

extension YAMLNode {
    /// A node that reads back as `value`; text is quoted.
    init(_ value: JSONValue, mark: Mark) {
        switch value {
        case .string(let text): self = .scalar(Scalar(text: text, isPlain: false, mark: mark))
        case .array(let elements): self = .sequence(elements.map { YAMLNode($0, mark: mark) }, mark)
        case .object(let members):
            let entries = members.sorted { $0.key < $1.key }.map {
                (
                    key: Scalar(text: $0.key, isPlain: false, mark: mark),
                    value: YAMLNode($0.value, mark: mark)
                )
            }
            self = .mapping(Mapping(entries: entries), mark)
        default: self = .scalar(Scalar(text: value.text, isPlain: true, mark: mark))
        }
    }
}
