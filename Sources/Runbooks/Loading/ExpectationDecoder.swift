internal import JSON
internal import YAML

/// YAML to `Expectation`: what an answer must look like.
struct ExpectationDecoder {
    let problems: Problems

    /// `question` says which expectations there can be; nil allows all.
    func expectation(_ node: YAMLNode, for question: Question?) -> Expectation? {
        guard let fields = Fields(node, .expect, problems) else { return nil }
        defer { fields.finish() }
        var expectation = Expectation()
        if question?.isHTTP ?? true { readHTTP(fields, into: &expectation) }
        if question?.isProgram ?? true { readExit(fields, into: &expectation) }
        if question?.prints ?? true { readOutput(fields, into: &expectation) }
        return expectation
    }

    private func readExit(_ fields: Fields, into expectation: inout Expectation) {
        if let exit = fields.integer("exit", 0...255) { expectation.exit = Int32(exit) }
        guard let codes = fields.list("fails-on") else { return }
        expectation.failsOn = codes.compactMap { code in
            if let number = code.scalar?.json.int, (0...255).contains(number) {
                return Int32(number)
            }
            return fields.wrong(code, "fails-on", "a list of exit codes from 0 to 255")
        }
    }

    private func readHTTP(_ fields: Fields, into expectation: inout Expectation) {
        if let node = fields.optional("status") {
            expectation.status = (node.sequence ?? [node]).compactMap { code in
                if let number = code.scalar?.json.int, (100...599).contains(number) {
                    return number
                }
                return fields.wrong(code, "status", "an HTTP status from 100 to 599, or a list")
            }
        }
        for entry in fields.entries("headers", .headerMatchers) {
            guard let inner = Fields(entry.value, .textMatcher, problems, place: entry.key.text)
            else { continue }
            defer { inner.finish() }
            for matcher in MatcherDecoder(problems: problems).texts(inner) {
                let name = entry.key.text.lowercased()
                expectation.headers.append(Expectation.Header(name: name, matcher: matcher))
            }
        }
        if let node = fields.optional("certificate"),
            let inner = Fields(node, .certificate, problems)
        {
            _ = inner.required("valid-for")
            expectation.validFor = inner.duration("valid-for")
            inner.finish()
        }
    }

    private func readOutput(_ fields: Fields, into expectation: inout Expectation) {
        for stream in Stream.allCases {
            guard let node = fields.optional(stream.rawValue) else { continue }
            expectation.texts += texts(node, stream)
        }
        guard let node = fields.optional("json") else { return }
        for element in node.sequence ?? [node] {
            expectation.json += MatcherDecoder(problems: problems).json(element) ?? []
        }
    }

    private func texts(_ node: YAMLNode, _ stream: Stream) -> [Expectation.Pair] {
        guard let fields = Fields(node, .textMatcher, problems, place: stream.rawValue) else {
            return []
        }
        defer { fields.finish() }
        let matchers = MatcherDecoder(problems: problems).texts(fields)
        if matchers.isEmpty, fields.keys.isEmpty {
            problems.add(
                "RB-MATCHER", at: node.mark, "\(stream.rawValue) needs a matcher such as equals")
        }
        return matchers.map { Expectation.Pair(stream: stream, matcher: $0) }
    }
}

extension Question {
    /// It is answered by a program's exit.
    var isProgram: Bool {
        switch self {
        case .run, .ssh, .kubectl, .attempt: true
        case .http, .tcp, .dns, .prove, .desiredState: false
        }
    }

    var isHTTP: Bool { if case .http = self { true } else { false } }

    /// The answer has text to look at.
    var prints: Bool {
        switch self {
        case .run, .ssh, .kubectl, .attempt, .http, .dns, .desiredState: true
        case .tcp, .prove: false
        }
    }
}
