internal import JSON
internal import Runbooks

/// Check × replies → finding; pure but for the asking.
struct Evaluator {
    let values: Values
    let ask: (Request) -> Reply

    func evaluate(_ check: Check) -> Finding {
        switch check {
        case .question(let question, let expectation): return answer(question, expectation)
        case .all(let checks):
            // One that fails decides; the rest need not be asked.
            var findings: [Finding] = []
            for check in checks {
                findings.append(evaluate(check))
                if findings.last?.answer == .fails { break }
            }
            return combined(findings, .all(findings.map(\.answer)))
        case .any(let checks):
            var findings: [Finding] = []
            for check in checks {
                findings.append(evaluate(check))
                if findings.last?.answer == .holds { break }
            }
            return combined(findings, .any(findings.map(\.answer)))
        case .not(let check):
            let finding = evaluate(check)
            return Finding(!finding.answer, finding.why)
        }
    }

    /// The reason is that of the findings that decided.
    private func combined(_ findings: [Finding], _ answer: Answer) -> Finding {
        let why = findings.filter { $0.answer == answer }.map(\.why)
        return Finding(answer, why.joined(separator: "; "))
    }

    private func answer(_ question: Question, _ expectation: Expectation) -> Finding {
        let request: Request
        do {
            request = try Request(question, values)
        } catch {
            return Finding(.cannotTell, error.description)
        }
        switch ask(request) {
        case .cannot(let reason): return Finding(.cannotTell, "\(request.description): \(reason)")
        case .answered(let finding): return finding
        case .ran(let exit, let stdout, let stderr):
            let matched = match(exit, stdout, stderr, expectation)
            return Finding(matched.answer, "\(request.description): \(matched.why)")
        case .http(let reply):
            let matched = match(reply, expectation)
            return Finding(matched.answer, "\(request.description): \(matched.why)")
        }
    }

    private func match(
        _ exit: Exit, _ stdout: [UInt8], _ stderr: [UInt8], _ expectation: Expectation
    ) -> Finding {
        guard case .exited(let code) = exit else { return Finding(.cannotTell, exit.description) }
        if code != expectation.exit {
            let said = Self.lastLine(stderr)
            let words = "exit \(code)" + (said.isEmpty ? "" : ", \(said)")
            return Finding(expectation.failsOn.contains(code) ? .fails : .cannotTell, words)
        }
        return match(expectation, stdout, stderr)
    }

    private func match(_ reply: HTTPReply, _ expectation: Expectation) -> Finding {
        if reply.isExpired {
            let why = "the certificate has expired"
            return Finding(expectation.validFor == nil ? .cannotTell : .fails, why)
        }
        guard expectation.status.contains(reply.status) else {
            return Finding(.fails, "status \(reply.status)")
        }
        if let span = expectation.validFor {
            guard let expires = reply.expires else {
                return Finding(.cannotTell, "there was no certificate")
            }
            let left = expires - reply.now
            if .seconds(left) < span {
                return Finding(.fails, "the certificate expires in \(left / 86_400) days")
            }
        }
        let matcher = Matching(values: values)
        do {
            for header in expectation.headers {
                guard let value = reply.headers[header.name] else {
                    return Finding(.fails, "there is no header \(header.name)")
                }
                if let objection = try matcher.objection(header.matcher, value) {
                    return Finding(.fails, "header \(header.name) \(objection)")
                }
            }
        } catch {
            return Finding(.cannotTell, error.description)
        }
        return match(expectation, reply.body, [])
    }

    /// What was printed against the matchers.
    private func match(
        _ expectation: Expectation, _ stdout: [UInt8], _ stderr: [UInt8]
    ) -> Finding {
        do {
            let matcher = Matching(values: values)
            for pair in expectation.texts {
                let bytes =
                    switch pair.stream {
                    case .stdout: stdout
                    case .stderr: stderr
                    case .log: stdout + stderr
                    }
                if let objection = try matcher.objection(pair.matcher, Self.text(bytes)) {
                    return Finding(.fails, "\(pair.stream.rawValue) \(objection)")
                }
            }
            guard !expectation.json.isEmpty else { return Finding(.holds, "as expected") }
            guard let document = try? JSONValue(parsing: stdout) else {
                return Finding(.cannotTell, "standard output is not JSON")
            }
            for json in expectation.json {
                if let objection = try matcher.objection(json, document) {
                    return Finding(.fails, objection)
                }
            }
            return Finding(.holds, "as expected")
        } catch {
            return Finding(.cannotTell, error.description)
        }
    }

    /// Output as text without its final newline.
    static func text(_ bytes: [UInt8]) -> String {
        var text = String(decoding: bytes, as: UTF8.self)
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    static func lastLine(_ bytes: [UInt8]) -> String {
        text(bytes).split(separator: "\n").last.map(String.init) ?? ""
    }
}
