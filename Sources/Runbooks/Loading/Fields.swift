internal import JSON
internal import YAML

/// The members of one mapping, read by name; what is not read is unknown.
final class Fields {
    let mark: Mark
    let problems: Problems
    private let mapping: Mapping
    private let shape: Shape
    private let place: String
    private var known: [String] = []

    /// nil, with a diagnostic, when `node` is no mapping. A message calls it
    /// `place`, if not what its shape is called.
    init?(_ node: YAMLNode, _ shape: Shape, _ problems: Problems, place: String? = nil) {
        let place = place ?? shape.place
        guard let mapping = node.mapping else {
            problems.add(
                "RB-TYPE", at: node.mark, "\(place) must be a mapping, this is \(node.kindName)")
            return nil
        }
        self.mapping = mapping
        self.mark = node.mark
        self.shape = shape
        self.place = place
        self.problems = problems
    }

    var keys: [String] { mapping.keys.map(\.text) }

    /// The members under names the author chose.
    var others: [(key: Scalar, value: YAMLNode)] {
        let others = mapping.entries.filter { !shape.keys.contains($0.key.text) }
        known += others.map(\.key.text)
        return others
    }

    /// A member without having read it.
    func peek(_ key: String) -> YAMLNode? { mapping[key] }

    func optional(_ key: String) -> YAMLNode? {
        known.append(key)
        problems.asked[shape.name, default: []].insert(key)
        return mapping[key]
    }

    func required(_ key: String) -> YAMLNode? {
        if let node = optional(key) { return node }
        problems.add("RB-MISSING", at: mark, "\(place) needs '\(key)'")
        return nil
    }

    /// The mapping as a whole is told to be wrong: no member is told as well.
    func pardon() { known += keys }

    /// Reports every member nobody asked for.
    func finish() {
        for key in mapping.keys where !known.contains(key.text) {
            let name = key.text.excerpt
            let message =
                shape.keys.contains(key.text)
                ? "\(place) cannot have \(name) beside \(present(but: key.text)); take one out"
                : "\(place) has no \(name)\(NearestName.hint(key.text, among: shape.keys)); "
                    + (shape.keys.isEmpty
                        ? "it has no members" : "it knows: \(shape.keys.joined(separator: ", "))")
            problems.add("RB-UNKNOWN", at: key.mark, message)
        }
    }

    private func present(but key: String) -> String {
        let others = mapping.keys.map(\.text).filter { known.contains($0) && $0 != key }
        return others.isEmpty ? "what is asked" : others.map(\.excerpt).joined(separator: ", ")
    }

    func text(_ key: String) -> String? { optional(key).flatMap { text($0, key) } }

    func text(_ node: YAMLNode, _ key: String) -> String? {
        guard let scalar = node.scalar else { return wrong(node, key, "text") }
        if case .string(let text) = scalar.json { return text }
        return wrong(node, key, "text; put it in quotes")
    }

    /// Text in which numbers and booleans need no quotes, as in arguments.
    func template(_ key: String) -> Template? { optional(key).flatMap { template($0, key) } }

    func template(_ node: YAMLNode, _ key: String) -> Template? {
        guard let scalar = node.scalar else { return wrong(node, key, "text") }
        do {
            return try Template(scalar.text)
        } catch {
            problems.add("RB-TEMPLATE", at: node.mark, "\(key): \(error.reason)")
            return nil
        }
    }

    func duration(_ key: String) -> Duration? {
        optional(key).flatMap { node in
            if let text = node.scalar?.text, let duration = Duration(runbookText: text) {
                return duration
            }
            problems.add(
                "RB-DURATION", at: node.mark,
                "\(key) must be a length of time such as 500ms, 30s, 10m, 2h; more than zero, at most 30d"
            )
            return nil
        }
    }

    func integer(_ key: String, _ range: ClosedRange<Int>) -> Int? {
        optional(key).flatMap { node in
            if let number = node.scalar?.json.int, range.contains(number) { return number }
            return wrong(
                node, key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    func flag(_ key: String) -> Bool? {
        optional(key).flatMap { $0.scalar?.json.bool ?? wrong($0, key, "true or false") }
    }

    func path(_ key: String) -> FactPath? { optional(key).flatMap { path($0, key) } }

    func path(_ node: YAMLNode, _ key: String) -> FactPath? {
        if let text = node.scalar?.text, let path = FactPath(text) { return path }
        return wrong(node, key, "the name of a value, such as node.labels")
    }

    /// What something is called; a diagnostic when nothing may be called so.
    func identifier(_ key: String, dotted: Bool = false) -> String? {
        guard let node = required(key) else { return nil }
        if let text = node.scalar?.text, RunbookDecoder.isIdentifier(text, dotted: dotted) {
            return text
        }
        problems.add("RB-ID", at: node.mark, RunbookDecoder.identifierRule)
        return nil
    }

    /// A JSON pointer: empty, or it starts with a slash.
    func pointer(_ node: YAMLNode, _ key: String) -> String? {
        if let text = node.scalar?.text, JSONPointer(text) != nil { return text }
        problems.add(
            "RB-POINTER", at: node.mark, "\(key) must be a JSON pointer such as /metadata/uid")
        return nil
    }

    func word<Word: RawRepresentable & CaseIterable>(_ key: String, _: Word.Type) -> Word?
    where Word.RawValue == String {
        optional(key).flatMap { node in
            if let text = node.scalar?.text, let word = Word(rawValue: text) { return word }
            let words = Word.allCases.map(\.rawValue)
            let hint = NearestName.hint(node.scalar?.text ?? "", among: words)
            return wrong(node, key, "one of: \(words.joined(separator: ", "))", hint)
        }
    }

    /// The members of the mapping under `key`; none, with a diagnostic, when it
    /// is something else.
    func entries(_ key: String, _ shape: Shape) -> [(key: Scalar, value: YAMLNode)] {
        optional(key).flatMap { Fields($0, shape, problems) }?.others ?? []
    }

    func list(_ key: String) -> [YAMLNode]? {
        optional(key).flatMap { node in
            if let elements = node.sequence { return elements }
            return wrong(node, key, "a list")
        }
    }

    @discardableResult
    func wrong<Value>(
        _ node: YAMLNode, _ key: String, _ expected: String, _ hint: String = ""
    ) -> Value? {
        let found = node.scalar.map(\.text.excerpt) ?? node.kindName
        problems.add(
            "RB-TYPE", at: node.mark, "\(key) must be \(expected); this is \(found)\(hint)")
        return nil
    }
}

extension Duration {
    /// Parses `500ms`, `30s`, `10m`, `2h`, `1d`; nil for anything else, for
    /// zero and for more than 30 days.
    public init?(runbookText text: String) {
        let units: [(suffix: String, milliseconds: Int)] = [
            ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
        ]
        guard let unit = units.first(where: { text.hasSuffix($0.suffix) }),
            let count = Int(text.dropLast(unit.suffix.count)), count > 0, count < 1_000_000_000,
            count * unit.milliseconds <= 30 * 86_400_000,
            text.utf8.first.map({ $0 != UInt8(ascii: "+") }) == true
        else { return nil }
        self = .milliseconds(count * unit.milliseconds)
    }
}
