internal import JSON
internal import YAML

/// YAML to `Check`.
struct CheckDecoder {
    let problems: Problems

    func check(_ node: YAMLNode) -> Check? {
        guard let fields = Fields(node, .check, problems) else { return nil }
        defer { fields.finish() }
        if let all = fields.optional("all") { return combined(all, "all").map(Check.all) }
        if let any = fields.optional("any") { return combined(any, "any").map(Check.any) }
        if let not = fields.optional("not") { return check(not).map(Check.not) }
        guard let question = self.question(fields) else {
            _ = fields.optional("with")
            _ = fields.optional("expect").map { expectations.expectation($0, for: nil) }
            return nil
        }
        // How an attempt ended may stand in the question itself.
        let inline = question == .attempt ? fields.optional("attempt") : nil
        let node = inline?.mapping == nil ? fields.optional("expect") : inline
        let expectation = node.map { expectations.expectation($0, for: question) } ?? Expectation()
        return expectation.map { .question(question, $0) }
    }

    private var expectations: ExpectationDecoder { ExpectationDecoder(problems: problems) }

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
        let question = read(fields)
        if !problems.isBound { refuseChanges(fields) }
        return question
    }

    /// A question is asked again and again, and before anybody agreed to anything.
    private func refuseChanges(_ fields: Fields) {
        guard let line = CommandLine(fields), let reason = ReadingRule.objection(to: line) else {
            return
        }
        problems.add(
            "RB-PROBE", at: line.mark,
            "\(reason), and a question only reads; what changes something is a step's do")
    }

    private func read(_ fields: Fields) -> Question? {
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
        if let node = fields.optional("http") { return http(node) }
        if let node = fields.optional("tcp") { return tcp(node) }
        if let node = fields.optional("dns") { return dns(node) }
        if let node = fields.optional("prove") { return proof(node, fields).map(Question.prove) }
        if fields.optional("attempt") != nil { return .attempt }
        if let node = fields.optional("desired-state") { return desiredState(node, fields) }
        let hint = fields.keys.first.map { NearestName.hint($0, among: Self.words) } ?? ""
        problems.add(
            "RB-CHECK", at: fields.mark,
            "no question; a check is one of: \(Self.words.joined(separator: ", "))\(hint)")
        return nil
    }

    static let words = [
        "run", "ssh", "kubectl", "http", "tcp", "dns", "prove", "desired-state", "attempt", "all",
        "any", "not",
    ]

    private func desiredState(_ node: YAMLNode, _ fields: Fields) -> Question? {
        let words = DesiredStateSubject.allCases.map(\.rawValue)
        let subject = fields.text(node, "desired-state")
        let source = fields.required("source").flatMap { fields.template($0, "source") }
        let commit = fields.required("commit").flatMap { fields.template($0, "commit") }
        let agreed = fields.optional("agreed").flatMap { fields.template($0, "agreed") }
        guard let known = subject.flatMap(DesiredStateSubject.init(rawValue:)) else {
            problems.add(
                "RB-CHECK", at: node.mark,
                "desired-state asks for one of: \(words.joined(separator: ", "))")
            return nil
        }
        guard let source, let commit else { return nil }
        return .desiredState(known, source: source, commit: commit, agreed: agreed)
    }

    private func http(_ node: YAMLNode) -> Question? {
        guard let fields = Fields(node, .http, problems) else { return nil }
        defer { fields.finish() }
        let url = fields.required("url").flatMap { fields.template($0, "url") }
        let method = fields.text("method") ?? "GET"
        if !HTTPQuestion.methods.contains(method) {
            problems.add("RB-TYPE", at: node.mark, "method is GET or HEAD: a check only reads")
        }
        let headers = fields.entries("headers", .httpHeaders).compactMap { entry in
            fields.template(entry.value, entry.key.text).map { (entry.key.text, $0) }
        }
        if !problems.isBound, let text = url?.literal, let reason = WebAddress.objection(to: text) {
            let mark = node["url"]?.mark ?? node.mark
            problems.add(
                "RB-URL", at: mark, "\(reason); a URL is like https://10.0.0.7:6443/readyz")
        }
        let address = fields.template("address"), tls = fields.template("tls")
        return url.map {
            .http(
                HTTPQuestion(
                    url: $0, address: address, method: method,
                    headers: Dictionary(headers, uniquingKeysWith: { first, _ in first }),
                    tls: tls))
        }
    }

    private func tcp(_ node: YAMLNode) -> Question? {
        guard let fields = Fields(node, .tcp, problems) else { return nil }
        defer { fields.finish() }
        let address = fields.required("address").flatMap { fields.template($0, "address") }
        let port = fields.required("port").flatMap { fields.template($0, "port") }
        if let number = port?.literal, !(Int(number).map { (1...65535).contains($0) } ?? false) {
            problems.add(
                "RB-TYPE", at: node.mark, "port must be from 1 to 65535; this is '\(number)'")
        }
        guard let address, let port else { return nil }
        return .tcp(address: address, port: port)
    }

    static let recordTypes = ["A", "AAAA", "CNAME", "TXT", "SRV", "NS", "MX"]

    private func dns(_ node: YAMLNode) -> Question? {
        guard let fields = Fields(node, .dns, problems) else { return nil }
        defer { fields.finish() }
        let server = fields.required("server").flatMap { fields.template($0, "server") }
        let name = fields.required("name").flatMap { fields.template($0, "name") }
        let type = fields.text("type") ?? "A"
        if !Self.recordTypes.contains(type) {
            problems.add(
                "RB-TYPE", at: node.mark,
                "type is one of: \(Self.recordTypes.joined(separator: ", ")); this is '\(type)'")
        }
        guard let server, let name else { return nil }
        return .dns(server: server, name: name, type: type)
    }

    private func proof(_ node: YAMLNode, _ fields: Fields) -> Proof? {
        guard let name = fields.text(node, "prove"), let with = fields.required("with"),
            let subjects = Fields(with, .proofWith, problems)
        else { return nil }
        defer { subjects.finish() }
        let subject = { (key: String) in
            subjects.required(key).flatMap { subjects.template($0, key) }
        }
        switch name {
        case "powered-off": return subject("node").map { .poweredOff(node: $0) }
        case "nodes-ready": return subject("cluster").map { .nodesReady(cluster: $0) }
        case "sealing-keys":
            guard let cluster = subject("cluster"), let from = subject("from") else { return nil }
            return .sealingKeys(cluster: cluster, from: from)
        case "datastore":
            guard let file = subject("file"), let token = subject("token") else { return nil }
            return .datastore(file: file, token: token)
        default:
            subjects.pardon()
            problems.add(
                "RB-PROOF", at: node.mark,
                "there is no proof '\(name)'\(NearestName.hint(name, among: Proof.names)); it is one of: "
                    + Proof.names.joined(separator: ", "))
            return nil
        }
    }
}
