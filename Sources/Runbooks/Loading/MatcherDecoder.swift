internal import JSON
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
        if let node = fields.optional("empty") {
            if let flag = node.scalar?.json.bool {
                matchers.append(.empty(flag))
            } else {
                fields.wrong(node, "empty", "true or false") as Void?
            }
        }
        if let node = fields.optional("lines"), let lines = Fields(node, "lines", problems) {
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

    func json(_ node: YAMLNode) -> JSONMatcher? {
        guard let fields = Fields(node, "json", problems) else { return nil }
        defer { fields.finish() }
        let condition = self.condition(fields)
        guard let at = fields.optional("at").flatMap({ $0.scalar?.text }), JSONPointer(at) != nil
        else {
            problems.add(
                "RB-POINTER", at: node.mark, "json needs 'at', a JSON pointer such as /metadata/uid"
            )
            return nil
        }
        guard let condition else {
            problems.add(
                "RB-MATCHER", at: node.mark,
                "json needs one of: equals, any-of, every, some, none, count, includes, same-as, "
                    + "differs-from, present")
            return nil
        }
        return JSONMatcher(at: at, condition: condition)
    }

    private func condition(_ fields: Fields) -> JSONMatcher.Condition? {
        if let node = fields.optional("equals") { return .equals(operand(node)) }
        if let node = fields.optional("any-of") {
            return node.sequence.map { .anyOf($0.map(\.json)) }
                ?? fields.wrong(node, "any-of", "a list")
        }
        if let node = fields.optional("every") { return element(node).map { .every($0) } }
        if let node = fields.optional("some") { return element(node).map { .some($0) } }
        if let node = fields.optional("none") { return element(node).map { .none($0) } }
        if let count = fields.integer("count", 0...100_000) { return .count(count) }
        if let node = fields.optional("includes") { return .includes(operand(node)) }
        if let path = fields.path("same-as") { return .sameAs(path) }
        if let path = fields.path("differs-from") { return .differsFrom(path) }
        if let node = fields.optional("present") {
            return node.scalar?.json.bool.map { .present($0) }
                ?? fields.wrong(node, "present", "true or false")
        }
        return nil
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
