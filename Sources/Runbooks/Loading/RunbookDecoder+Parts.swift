internal import JSON
internal import YAML

extension RunbookDecoder {
    static func checkLanguage(_ fields: Fields) {
        guard let node = fields.required("recover") else { return }
        if node.scalar?.json != .int(1) {
            let found = node.scalar?.text.excerpt ?? node.kindName
            fields.problems.add(
                "RB-VERSION", at: node.mark,
                "this tool knows one language, 'recover: 1'; this is \(found)")
        }
    }

    static func name(_ fields: Fields, _ key: String, _ document: Document) -> String? {
        guard let node = fields.required(key), let text = fields.text(node, key) else { return nil }
        let file = document.path.split(separator: "/").last.map(String.init) ?? ""
        if !isIdentifier(text) || "\(text).yaml" != file {
            fields.problems.add(
                "RB-ID", at: node.mark, "\(key) must be the name of its file without .yaml")
            return nil
        }
        return text
    }

    /// Three numbers. `1.10` is a number to other readers of YAML, and not this one.
    static func version(_ fields: Fields) -> String? {
        guard let node = fields.required("version") else { return nil }
        let parts = node.scalar?.text.split(separator: ".", omittingEmptySubsequences: false) ?? []
        let isVersion =
            parts.count == 3
            && parts.allSatisfy { part in
                (1...9).contains(part.utf8.count) && (part == "0" || !part.hasPrefix("0"))
                    && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            }
        if isVersion { return node.scalar?.text }
        return fields.wrong(node, "version", "text such as 1.2.3")
    }

    static func objective(_ node: YAMLNode, _ problems: Problems) -> Duration? {
        guard let fields = Fields(node, .objective, problems) else { return nil }
        defer { fields.finish() }
        return fields.required("rto").flatMap { _ in fields.duration("rto") }
    }

    static func appliesTo(_ fields: Fields) -> [(path: FactPath, values: [String])] {
        fields.entries("applies-to", .appliesTo).compactMap { entry in
            let values = entry.value.sequence?.compactMap { $0.scalar?.text } ?? []
            guard let path = FactPath(entry.key.text), !values.isEmpty,
                values.count == entry.value.sequence?.count
            else {
                return fields.wrong(
                    entry.value, entry.key.text,
                    "a list of values for a fact such as cluster.distribution")
            }
            return (path, values)
        }
    }

    /// The nodes of `steps`, unless there are too many to look at.
    static func steps(_ fields: Fields) -> [YAMLNode] {
        guard let node = fields.required("steps"), let steps = fields.list("steps") else {
            return []
        }
        if steps.isEmpty {
            fields.problems.add("RB-MISSING", at: node.mark, "steps needs at least one step")
        }
        guard steps.count > mostSteps else { return steps }
        fields.problems.add(
            "RB-STEPS", at: node.mark,
            "\(steps.count) steps; a plan has at most \(mostSteps), make it several runbooks")
        return []
    }

    /// Without a check that the estate is back, every run would have recovered it.
    static func recovered(_ fields: Fields) -> [YAMLNode] {
        guard let node = fields.required("recovered"), let checks = fields.list("recovered") else {
            return []
        }
        if checks.isEmpty {
            fields.problems.add("RB-MISSING", at: node.mark, "recovered needs at least one check")
        }
        return checks
    }

    static func checkSteps(_ steps: [YAMLNode], _ problems: Problems) {
        checkNames(steps, problems)
        for step in steps {
            if step["include"] != nil {
                IncludeDecoder(problems: problems).check(step)
            } else {
                _ = StepDecoder(problems: problems).step(step)
            }
        }
    }

    static func checkConditions(
        _ prerequisites: [YAMLNode], _ recovered: [YAMLNode], _ problems: Problems
    ) {
        let conditions = ConditionDecoder(problems: problems)
        checkNames(prerequisites, problems)
        for node in prerequisites { _ = conditions.prerequisite(node) }
        checkNames(recovered, problems)
        for node in recovered { _ = conditions.recovery(node) }
    }

    /// One id is one thing.
    private static func checkNames(_ nodes: [YAMLNode], _ problems: Problems) {
        var seen: [String: Mark] = [:]
        for id in nodes.compactMap({ $0["id"]?.scalar }) {
            guard let first = seen.updateValue(id.mark, forKey: id.text) else { continue }
            problems.add(
                "RB-DUPID", at: id.mark,
                "id \(id.text.excerpt) stands in line \(first.line) already; give it another name")
        }
    }
}
