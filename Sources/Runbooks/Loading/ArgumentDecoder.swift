internal import JSON
internal import YAML

/// YAML to argument lists, targets and standard input.
struct ArgumentDecoder {
    let problems: Problems

    func list(_ node: YAMLNode, _ key: String, _ fields: Fields) -> [Argument]? {
        guard let elements = node.sequence, !elements.isEmpty else {
            problems.add(
                "RB-ARGV", at: node.mark,
                "\(key) must be a list of arguments, such as [get, nodes]; there is no shell to split text"
            )
            return nil
        }
        let arguments = elements.map { argument($0, fields) }
        refuseLong(elements, node)
        if !problems.isBound, let objection = ShellRule.objection(CommandLine(elements)) {
            problems.add("RB-SHELL", at: objection.mark, objection.reason)
        }
        return arguments.contains { $0 == nil } ? nil : arguments.compactMap { $0 }
    }

    private func argument(_ node: YAMLNode, _ fields: Fields) -> Argument? {
        if node.scalar != nil { return fields.template(node, "an argument").map(Argument.text) }
        guard let form = Fields(node, .argument, problems) else { return nil }
        defer { form.finish() }
        if let list = form.path("spread") { return .spread(list) }
        if let value = form.optional("json") { return .json(value.json) }
        problems.add(
            "RB-ARGV", at: node.mark, "an argument is text, {spread: list} or {json: value}")
        return nil
    }

    /// The kernel takes 128 KiB for one argument; more is said here, not when a
    /// child is started in the middle of a recovery.
    private func refuseLong(_ elements: [YAMLNode], _ node: YAMLNode) {
        let sizes = elements.map { $0.scalar?.text.utf8.count ?? $0["json"]?.json.utf8.count ?? 0 }
        for (element, size) in zip(elements, sizes) where size >= Self.longestArgument {
            problems.add(
                "RB-ARGMAX", at: element.mark,
                "an argument of \(size) bytes; at most \(Self.longestArgument - 1) can be given, "
                    + "hand it over by stdin or a file")
        }
        let total = sizes.reduce(0) { $0 + $1 + 1 }
        if total > Self.longestList {
            problems.add(
                "RB-ARGMAX", at: node.mark,
                "arguments of \(total) bytes; at most \(Self.longestList) can be given at once")
        }
    }

    /// With the zero byte at its end.
    static let longestArgument = 128 << 10
    static let longestList = 1 << 20

    /// `{host: X, run: […]}` or `{at: X, run: […]}`.
    func target(_ node: YAMLNode, _ place: String, key: String) -> (Template, [Argument])? {
        guard let fields = Fields(node, place == "ssh" ? .ssh : .kubectl, problems) else {
            return nil
        }
        defer { fields.finish() }
        let target = fields.required(key).flatMap { fields.template($0, key) }
        let run = fields.required("run").flatMap { list($0, "run", fields) }
        guard let target, let run else { return nil }
        if place == "kubectl" { refuseWaiting(run, node) }
        return (target, run)
    }

    /// Verbs that wait would hold a step open behind the engine's back, and a
    /// delete by name may hit a newcomer under the old name.
    private func refuseWaiting(_ run: [Argument], _ node: YAMLNode) {
        let words = run.map { if case .text(let text) = $0 { text.source } else { "" } }
        let verb = words.first { !$0.hasPrefix("-") } ?? ""
        if ["wait", "drain"].contains(verb) || words.contains("-w") || words.contains("--watch")
            || words.starts(with: ["rollout", "status"])
        {
            problems.add(
                "RB-WAITS", at: node.mark,
                "kubectl \(verb) waits; use a goal, the engine asks it again")
        }
        if verb == "delete", !words.contains("--raw") {
            problems.add(
                "RB-DELETE", at: node.mark,
                "delete by identity: observe the UID, then [delete, --raw, PATH, -f, -] with "
                    + "stdin {json: {preconditions: {uid: …}}}")
        }
    }

    func input(_ node: YAMLNode) -> StandardInput? {
        guard let fields = Fields(node, .stdin, problems) else { return nil }
        defer { fields.finish() }
        if let name = fields.text("secret") { return .secret(name) }
        if let value = fields.optional("json") { return .json(value.json) }
        if let name = fields.text("material") {
            let from = fields.required("from").flatMap { fields.text($0, "from") }
            if name == "sealing-keys" { return from.map { .sealingKeys(from: $0) } }
            problems.add("RB-STDIN", at: node.mark, "there is one material: sealing-keys")
            return nil
        }
        problems.add(
            "RB-STDIN", at: node.mark,
            "stdin is {secret: parameter}, {json: value} or {material: sealing-keys, from: parameter}"
        )
        return nil
    }
}
