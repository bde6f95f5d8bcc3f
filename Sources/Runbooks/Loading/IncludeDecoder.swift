internal import YAML

/// Checks the shape of an include; binding splices it.
struct IncludeDecoder {
    let problems: Problems

    func check(_ node: YAMLNode) {
        guard let fields = Fields(node, .include, problems) else { return }
        defer { fields.finish() }
        if let name = fields.required("include"),
            !RunbookDecoder.isIdentifier(name.scalar?.text ?? "")
        {
            problems.add(
                "RB-PATH", at: name.mark,
                "include takes the name of a file in runbooks/fragments, without folder and .yaml")
        }
        _ = fields.identifier("id")
        _ = fields.entries("with", .includeWith)
        when(fields)
        guard
            let each = fields.optional("each").flatMap({ EachDecoder(problems: problems).each($0) })
        else { return }
        if each.atOnce > 1 {
            problems.add(
                "RB-EACH", at: node.mark,
                "only a step can be worked on at once; a fragment goes one element after the other")
        }
    }

    /// `{ fact: [values] }`, decided when the plan is made.
    func when(_ fields: Fields) {
        for entry in fields.entries("when", .when) {
            if FactPath(entry.key.text) == nil {
                problems.add(
                    "RB-WHEN", at: entry.key.mark,
                    "\(entry.key.text.excerpt) is not the name of a fact, such as cluster.gitops.engine"
                )
            }
            let values = entry.value.sequence ?? [entry.value]
            if values.isEmpty || values.contains(where: { $0.scalar == nil }) {
                fields.wrong(entry.value, entry.key.text, "a list of values for this fact") as Void?
            }
        }
    }
}
