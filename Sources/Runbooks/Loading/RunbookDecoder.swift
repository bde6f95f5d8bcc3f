internal import JSON
public import YAML

/// YAML to `Runbook` and `Fragment`; every mistake at once.
public enum RunbookDecoder {
    /// Lower-case letters, digits and `-`, starting with a letter or digit;
    /// with `dotted` several such names joined by dots.
    static func isIdentifier(_ text: String, dotted: Bool = false) -> Bool {
        let parts =
            dotted
            ? text.split(separator: ".", omittingEmptySubsequences: false).map(String.init) : [text]
        return parts.allSatisfy { part in
            !part.isEmpty && part.utf8.count <= 63 && part.utf8.first != UInt8(ascii: "-")
                && !part.contains("--")
                && part.utf8.allSatisfy {
                    (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
                        || $0 == UInt8(ascii: "-")
                }
        }
    }

    /// Decodes a runbook.
    public static func runbook(_ root: YAMLNode, _ document: Document) throws(Diagnostics)
        -> Runbook
    {
        let problems = Problems(file: document.path)
        guard let fields = Fields(root, "a runbook", problems) else {
            throw Diagnostics(problems.list)
        }
        checkLanguage(fields)
        let name = Self.name(fields, "runbook", document)
        let version = fields.required("version").flatMap { fields.text($0, "version") }
        let title = fields.required("title").flatMap { fields.text($0, "title") }
        let appliesTo = Self.appliesTo(fields)
        let objective = fields.optional("objective").flatMap {
            Fields($0, "objective", problems)?.duration("rto")
        }
        let radius = fields.optional("blast-radius").flatMap {
            Fields($0, "blast-radius", problems)?.integer("max-targets", 1...1000)
        }
        let parameters = Self.parameters(fields)
        let prerequisites = fields.list("prerequisites") ?? []
        let steps = fields.required("steps")?.sequence ?? []
        let recovered = fields.required("recovered")?.sequence ?? []
        fields.finish()
        checkLists(prerequisites, steps, recovered, problems)
        try problems.throwIfAny()
        guard let name, let version, let title else { throw Diagnostics(problems.list) }
        return Runbook(
            name: name, version: version, title: title, appliesTo: appliesTo, objective: objective,
            maxTargets: radius ?? 1, parameters: parameters, prerequisites: prerequisites,
            steps: steps,
            recovered: recovered, document: document)
    }

    /// Decodes a fragment.
    public static func fragment(_ root: YAMLNode, _ document: Document) throws(Diagnostics)
        -> Fragment
    {
        let problems = Problems(file: document.path)
        guard let fields = Fields(root, "a fragment", problems) else {
            throw Diagnostics(problems.list)
        }
        checkLanguage(fields)
        let name = Self.name(fields, "fragment", document)
        let version = fields.required("version").flatMap { fields.text($0, "version") }
        let parameters = fields.list("parameters")?.compactMap { $0.scalar?.text } ?? []
        let steps = fields.required("steps")?.sequence ?? []
        fields.finish()
        checkLists([], steps, [], problems)
        try problems.throwIfAny()
        guard let name, let version else { throw Diagnostics(problems.list) }
        return Fragment(
            name: name, version: version, parameters: parameters, steps: steps, document: document)
    }

    private static func checkLanguage(_ fields: Fields) {
        guard let node = fields.required("recover") else { return }
        if node.scalar?.json != .int(1) {
            fields.problems.add("RB-VERSION", at: node.mark, "this tool reads 'recover: 1'")
        }
    }

    private static func name(_ fields: Fields, _ key: String, _ document: Document) -> String? {
        guard let node = fields.required(key), let text = fields.text(node, key) else { return nil }
        let file = document.path.split(separator: "/").last.map(String.init) ?? ""
        if !isIdentifier(text) || "\(text).yaml" != file {
            fields.problems.add(
                "RB-ID", at: node.mark, "\(key) must be the name of its file without .yaml")
            return nil
        }
        return text
    }

    private static func appliesTo(_ fields: Fields) -> [(path: FactPath, values: [String])] {
        guard let node = fields.optional("applies-to") else { return [] }
        return node.mapping?.entries.compactMap { entry in
            guard let path = FactPath(entry.key.text), let values = entry.value.sequence else {
                return fields.wrong(
                    entry.value, entry.key.text,
                    "a list of values for a fact such as cluster.distribution")
            }
            return (path, values.compactMap { $0.scalar?.text })
        } ?? []
    }

    private static func parameters(_ fields: Fields) -> [Parameter] {
        fields.optional("parameters")?.mapping?.entries.compactMap { entry in
            guard let inner = Fields(entry.value, "a parameter", fields.problems) else {
                return nil
            }
            defer { inner.finish() }
            guard isIdentifier(entry.key.text) else {
                fields.problems.add("RB-ID", at: entry.key.mark, "not a name: '\(entry.key.text)'")
                return nil
            }
            let choices = inner.list("of")?.compactMap { $0.scalar?.text } ?? []
            let within = inner.path("in")
            let kinds: [String: Parameter.Kind] = [
                "node": .node, "cluster": .cluster, "text": .text, "secret": .secret, "flag": .flag,
                "integer": .integer, "duration": .duration, "choice": .choice(choices),
            ]
            let word = inner.text("type") ?? ""
            guard let kind = kinds[word] else {
                let hint = NearestName.hint(word, among: kinds.keys)
                fields.problems.add(
                    "RB-TYPE", at: entry.value.mark, "there is no type '\(word)'\(hint)")
                return nil
            }
            return Parameter(name: entry.key.text, type: kind, within: within)
        } ?? []
    }

    private static func checkLists(
        _ prerequisites: [YAMLNode], _ steps: [YAMLNode], _ recovered: [YAMLNode],
        _ problems: Problems
    ) {
        var seen: [String: Mark] = [:]
        for step in steps {
            if let id = step["id"]?.scalar {
                if let first = seen.updateValue(id.mark, forKey: id.text) {
                    problems.add(
                        "RB-DUPID", at: id.mark,
                        "id '\(id.text)' stands in line \(first.line) already")
                }
            }
            if step["include"] != nil {
                IncludeDecoder(problems: problems).check(step)
            } else {
                _ = StepDecoder(problems: problems).step(step)
            }
        }
        let conditions = ConditionDecoder(problems: problems)
        for node in prerequisites { _ = conditions.prerequisite(node) }
        for node in recovered { _ = conditions.recovery(node) }
    }
}
