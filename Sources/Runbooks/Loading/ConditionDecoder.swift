internal import YAML

/// YAML to prerequisites and recovered checks.
struct ConditionDecoder {
    let problems: Problems

    func prerequisite(_ node: YAMLNode) -> Prerequisite? {
        guard let fields = Fields(node, .prerequisite, problems) else { return nil }
        defer { fields.finish() }
        let id = fields.identifier("id")
        let title = fields.required("title").flatMap { fields.template($0, "title") }
        let check = fields.required("check").flatMap { CheckDecoder(problems: problems).check($0) }
        let otherwise = fields.template("otherwise")
        guard let id, let title, let check else { return nil }
        return Prerequisite(id: id, title: title, check: check, otherwise: otherwise)
    }

    func recovery(_ node: YAMLNode) -> Recovery? {
        guard let fields = Fields(node, .recovery, problems) else { return nil }
        defer { fields.finish() }
        let id = fields.identifier("id")
        let title = fields.required("title").flatMap { fields.template($0, "title") }
        let within = fields.duration("within")
        let check = fields.required("check").flatMap { CheckDecoder(problems: problems).check($0) }
        if within == nil {
            problems.add(
                "RB-DURATION", at: fields.mark, "a recovered check needs 'within', such as 10m")
        }
        guard let id, let title, let within, let check else { return nil }
        return Recovery(id: id, title: title, within: within, check: check)
    }
}
