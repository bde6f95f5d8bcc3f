internal import JSON
internal import YAML

/// YAML to `Each`: `{ name: list, except: name, after: POINTER, at-once: n }`,
/// `before` in place of `after`.
struct EachDecoder {
    let problems: Problems
    /// The most that may be worked on at the same time.
    static let mostAtOnce = 16

    func each(_ node: YAMLNode) -> Each? {
        guard let fields = Fields(node, .each, problems) else { return nil }
        defer { fields.finish() }
        let block = problems.isBound ? fields.text("block") : nil
        let lists = fields.others.filter { block == nil || $0.key.text != "block" }
        guard lists.count == 1, let list = fields.path(lists[0].value, lists[0].key.text) else {
            problems.add(
                "RB-EACH", at: node.mark,
                "each names one element and its list, such as { host: cluster.servers }")
            fields.pardon()
            return nil
        }
        let after = pointers(fields, "after")
        let before = pointers(fields, "before")
        let atOnce = fields.integer("at-once", 1...Self.mostAtOnce) ?? 1
        if after != nil, before != nil {
            problems.add("RB-EACH", at: node.mark, "there is one order: leave after or before out")
        }
        if after != nil || before != nil, atOnce > 1 {
            problems.add(
                "RB-EACH", at: node.mark,
                "what comes after another cannot be worked on at once with it: leave one out")
        }
        return Each(
            name: lists[0].key.text, list: list, except: fields.template("except"),
            order: after.map { .after($0) } ?? before.map { .before($0) },
            atOnce: atOnce, block: block)
    }

    /// One or several.
    private func pointers(_ fields: Fields, _ word: String) -> [String]? {
        guard let node = fields.optional(word) else { return nil }
        return (node.sequence ?? [node]).compactMap { node in
            if let text = node.scalar?.text, text.hasPrefix("/"), JSONPointer(text) != nil {
                return text
            }
            problems.add(
                "RB-POINTER", at: node.mark,
                "\(word) is a pointer to the names an element comes \(word), such as /dependsOn")
            return nil
        }
    }

    /// `{ of: id, at-once: n }`, in a bound plan.
    func group(_ node: YAMLNode) -> Group? {
        guard let fields = Fields(node, .group, problems) else { return nil }
        defer { fields.finish() }
        return fields.text("of").map {
            Group(name: $0, atOnce: fields.integer("at-once", 1...Self.mostAtOnce) ?? 1)
        }
    }
}
