internal import JSON
internal import YAML

/// YAML to `Check`.
struct CheckDecoder {
    let problems: Problems

    func check(_ node: YAMLNode) -> Check? {
        guard let fields = Fields(node, "a check", problems) else { return nil }
        defer { fields.finish() }
        if let all = fields.optional("all") { return combined(all, "all").map(Check.all) }
        if let any = fields.optional("any") { return combined(any, "any").map(Check.any) }
        if let not = fields.optional("not") { return check(not).map(Check.not) }
        let question = self.question(fields)
        let expectation = fields.optional("expect").map { self.expectation($0) } ?? Expectation()
        guard let question, let expectation else { return nil }
        return .question(question, expectation)
    }

    private func combined(_ node: YAMLNode, _ key: String) -> [Check]? {
        guard let elements = node.sequence, !elements.isEmpty else {
            problems.add("RB-TYPE", at: node.mark, "\(key) must be a list of at least one check")
            return nil
        }
        let checks = elements.map { check($0) }
        return checks.contains { $0 == nil } ? nil : checks.compactMap { $0 }
    }

    /// The one question among the members of `fields`.
    func question(_ fields: Fields) -> Question? {
        let arguments = ArgumentDecoder(problems: problems)
        if let run = fields.optional("run") {
            return arguments.list(run, "run", fields).map(Question.run)
        }
        if let node = fields.optional("ssh") {
            return arguments.target(node, "ssh", key: "host").map { .ssh(host: $0, run: $1) }
        }
        if let node = fields.optional("kubectl") {
            return arguments.target(node, "kubectl", key: "at").map { .kubectl(at: $0, run: $1) }
        }
        if let node = fields.optional("prove") { return proof(node, fields).map(Question.prove) }
        if fields.optional("attempt") != nil { return .attempt }
        problems.add(
            "RB-CHECK", at: fields.mark,
            "no question; a check is one of: run, ssh, kubectl, prove, attempt, all, any, not")
        return nil
    }

    private func proof(_ node: YAMLNode, _ fields: Fields) -> Proof? {
        guard let name = fields.text(node, "prove"), let with = fields.required("with"),
            let subjects = Fields(with, "with", problems)
        else { return nil }
        defer { subjects.finish() }
        switch name {
        case "powered-off":
            return subjects.required("node").flatMap { subjects.template($0, "node") }
                .map { .poweredOff(node: $0) }
        case "nodes-ready":
            return subjects.required("cluster").flatMap { subjects.template($0, "cluster") }
                .map { .nodesReady(cluster: $0) }
        default:
            for key in subjects.keys { _ = subjects.optional(key) }
            let hint = NearestName.hint(name, among: ["powered-off", "nodes-ready"])
            problems.add("RB-PROOF", at: node.mark, "there is no proof '\(name)'\(hint)")
            return nil
        }
    }

    private func expectation(_ node: YAMLNode) -> Expectation? {
        guard let fields = Fields(node, "expect", problems) else { return nil }
        defer { fields.finish() }
        var expectation = Expectation()
        if let exit = fields.integer("exit", 0...255) { expectation.exit = Int32(exit) }
        if let codes = fields.list("fails-on") {
            expectation.failsOn = codes.compactMap { code in
                if let number = code.scalar?.json.int, (0...255).contains(number) {
                    return Int32(number)
                }
                return fields.wrong(code, "fails-on", "a list of exit codes from 0 to 255")
            }
        }
        for stream in Stream.allCases {
            guard let node = fields.optional(stream.rawValue) else { continue }
            expectation.texts += texts(node, stream)
        }
        if let node = fields.optional("json") {
            for element in node.sequence ?? [node] {
                if let matcher = MatcherDecoder(problems: problems).json(element) {
                    expectation.json.append(matcher)
                }
            }
        }
        return expectation
    }

    private func texts(_ node: YAMLNode, _ stream: Stream) -> [Expectation.Pair] {
        guard let fields = Fields(node, stream.rawValue, problems) else { return [] }
        defer { fields.finish() }
        let matchers = MatcherDecoder(problems: problems).texts(fields)
        if matchers.isEmpty, fields.keys.isEmpty {
            problems.add(
                "RB-MATCHER", at: node.mark, "\(stream.rawValue) needs a matcher such as equals")
        }
        return matchers.map { Expectation.Pair(stream: stream, matcher: $0) }
    }
}
