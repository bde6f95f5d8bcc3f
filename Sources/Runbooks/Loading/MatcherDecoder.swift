internal import JSON
internal import Patterns
internal import YAML

/// YAML to matchers.
struct MatcherDecoder {
    let problems: Problems

    func texts(_ fields: Fields) -> [TextMatcher] {
        var matchers: [TextMatcher] = []
        if let text = fields.template("equals") { matchers.append(.equals(text)) }
        if let text = fields.template("contains") { matchers.append(.contains(text)) }
        if let text = fields.template("starts") { matchers.append(.starts(text)) }
        if let text = fields.template("ends") { matchers.append(.ends(text)) }
        if let node = fields.optional("matches"), let pattern = pattern(node) {
            matchers.append(.matches(pattern))
        }
        if let node = fields.optional("empty") {
            if let flag = node.scalar?.json.bool {
                matchers.append(.empty(flag))
            } else {
                fields.wrong(node, "empty", "true or false") as Void?
            }
        }
        if let node = fields.optional("lines"), let lines = Fields(node, .lines, problems) {
            _ = (lines.required("containing"), lines.required("count"))
            if let text = lines.template("containing"),
                let count = lines.integer("count", 0...100_000)
            {
                matchers.append(.lines(containing: text, count: count))
            }
            lines.finish()
        }
        if let path = fields.path("same-as") { matchers.append(.sameAs(path)) }
        if let path = fields.path("differs-from") { matchers.append(.differsFrom(path)) }
        return matchers
    }

    /// A regular expression; found anywhere unless it is anchored.
    func pattern(_ node: YAMLNode) -> Pattern? {
        do {
            return try Pattern(node.scalar?.text ?? "")
        } catch {
            problems.add(
                "RB-REGEX", at: node.mark,
                "this is no regular expression here: \(error.reason) (character \(error.offset + 1))"
            )
            return nil
        }
    }

    /// A regular expression for a text from its first to its last character.
    func whole(_ node: YAMLNode) -> Pattern? {
        pattern(node).flatMap { try? Pattern("^(?:\($0.text))$") }
    }

    /// All conditions on one place.
    func json(_ node: YAMLNode) -> [JSONMatcher]? {
        guard let fields = Fields(node, .jsonMatcher, problems) else { return nil }
        defer { fields.finish() }
        let conditions = self.conditions(fields)
        guard let at = fields.optional("at").flatMap({ $0.scalar?.text }), JSONPointer(at) != nil
        else {
            problems.add(
                "RB-POINTER", at: node.mark, "json needs 'at', a JSON pointer such as /metadata/uid"
            )
            return nil
        }
        if conditions.isEmpty {
            problems.add(
                "RB-MATCHER", at: node.mark,
                "json needs one of: equals, any-of, every, some, none, count, count-of, includes, "
                    + "same-as, differs-from, present")
        }
        return conditions.map { JSONMatcher(at: at, condition: $0) }
    }

    private func conditions(_ fields: Fields) -> [JSONMatcher.Condition] {
        var list: [JSONMatcher.Condition?] = []
        if let node = fields.optional("equals") { list.append(.equals(operand(node))) }
        if let node = fields.optional("any-of") {
            list.append(
                node.sequence.map { .anyOf($0.map(\.json)) }
                    ?? fields.wrong(node, "any-of", "a list"))
        }
        if let node = fields.optional("every") { list.append(element(node).map { .every($0) }) }
        if let node = fields.optional("some") { list.append(element(node).map { .some($0) }) }
        if let node = fields.optional("none") { list.append(element(node).map { .none($0) }) }
        if let count = fields.integer("count", 0...100_000) { list.append(.count(count)) }
        if let node = fields.optional("count-of") { list.append(count(node, fields)) }
        if let node = fields.optional("includes") { list.append(.includes(operand(node))) }
        if let path = fields.path("same-as") { list.append(.sameAs(path)) }
        if let path = fields.path("differs-from") { list.append(.differsFrom(path)) }
        if let node = fields.optional("present") {
            list.append(
                node.scalar?.json.bool.map { .present($0) }
                    ?? fields.wrong(node, "present", "true or false"))
        }
        return list.compactMap { $0 }
    }

    /// A list's name; in a bound plan how many elements it has.
    private func count(_ node: YAMLNode, _ fields: Fields) -> JSONMatcher.Condition? {
        if let count = node.scalar?.json.int { return .count(count) }
        return fields.path(node, "count-of").map { .countOf($0) }
    }

    /// A mapping with `at` asks about a place in the element, any other
    /// mapping lists members the element must hold.
    private func element(_ node: YAMLNode) -> JSONMatcher.Element? {
        if node["at"] != nil { return json(node).map { .at($0) } }
        return .members(node.json)
    }

    /// `node.labels` in plain text is a name; anything else is a value.
    private func operand(_ node: YAMLNode) -> Operand {
        if let scalar = node.scalar, scalar.isPlain, scalar.text.contains("."),
            let path = FactPath(scalar.text)
        {
            return .reference(path)
        }
        return .value(node.json)
    }
}
