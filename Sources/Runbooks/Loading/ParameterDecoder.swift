internal import JSON
internal import YAML

/// YAML to `Parameter`.
struct ParameterDecoder {
    let problems: Problems

    func parameter(_ key: Scalar, _ node: YAMLNode) -> Parameter? {
        guard let fields = Fields(node, .parameter, problems) else { return nil }
        defer { fields.finish() }
        if !RunbookDecoder.isIdentifier(key.text) {
            problems.add(
                "RB-ID", at: key.mark,
                "\(key.text.excerpt) is no name: \(RunbookDecoder.identifierRule)")
        }
        let choices = (fields.list("of") ?? []).compactMap { node -> String? in
            node.scalar?.text ?? fields.wrong(node, "of", "a list of words")
        }
        let within = fields.path("in")
        let kind = fields.text("kind")
        let pattern = fields.optional("pattern").flatMap {
            MatcherDecoder(problems: problems).whole($0)
        }
        let kinds: [String: Parameter.Kind] = [
            "node": .node, "cluster": .cluster, "text": .text, "secret": .secret, "flag": .flag,
            "integer": .integer, "duration": .duration, "choice": .choice(choices),
            "backup": .backup(kind: kind),
        ]
        let word = fields.optional("type")?.scalar?.text ?? ""
        guard let type = kinds[word] else {
            problems.add(
                "RB-TYPE", at: node.mark,
                "there is no type \(word.excerpt)\(NearestName.hint(word, among: kinds.keys)); it is one of: "
                    + Parameter.Kind.words.joined(separator: ", "))
            return nil
        }
        if type == .choice([]) {
            problems.add("RB-MISSING", at: node.mark, "a choice needs 'of', a list of words")
        }
        return Parameter(name: key.text, type: type, within: within, pattern: pattern)
    }
}
