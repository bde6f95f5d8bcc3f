internal import JSON
internal import RecoveryEngine
internal import Runbooks

/// Actions and questions as one line: templates as they stand, or filled.
enum Wording {
    static func words(_ question: Question, _ values: Values? = nil) -> String {
        let show = { (template: Template) in values?.show(template) ?? template.source }
        switch question {
        case .run(let run): return words(run, values)
        case .ssh(let host, let run): return "ssh \(show(host)) \(words(run, values))"
        case .kubectl(let at, let run): return "kubectl [\(show(at))] \(words(run, values))"
        case .prove(.poweredOff(let node)): return "is \(show(node)) powered off?"
        case .prove(.nodesReady(let cluster)):
            return "is every node of \(show(cluster)) as the inventory has it?"
        case .prove(.sealingKeys(let cluster, let from)):
            return "are the sealing keys in \(show(from)) those of \(show(cluster))?"
        case .prove(.datastore(let file, let token)):
            return "does \(show(token)) open \(show(file))?"
        case .http(let question):
            let place = question.address.map { " at \(show($0))" } ?? ""
            return "\(question.method) \(show(question.url))\(place)"
        case .tcp(let address, let port): return "connect to \(show(address)) port \(show(port))"
        case .dns(let server, let name, let type):
            return "ask \(show(server)) for \(show(name)) \(type)"
        case .desiredState(let subject, let source, let commit, _):
            return "\(subject.rawValue) of \(show(source)) at \(show(commit))"
        case .attempt: return "how the attempt ended"
        }
    }

    static func words(_ action: Action, _ values: Values? = nil) -> String {
        let show = { (template: Template) in values?.show(template) ?? template.source }
        switch action {
        case .run(let run, _): return words(run, values)
        case .ssh(let host, let run, _): return "ssh \(show(host)) \(words(run, values))"
        case .kubectl(let at, let run, _): return "kubectl [\(show(at))] \(words(run, values))"
        case .ask(let rekey):
            return rekey.map { "asks a person, and for the new host key of \(show($0))" }
                ?? "asks a person"
        case .note: return "writes it down"
        case .pin(let source): return "fetches \(show(source)), proves and pins it"
        }
    }

    /// What a child reads; nil for nothing.
    static func words(_ input: StandardInput) -> String? {
        switch input {
        case .none: nil
        case .secret(let name): "the secret \(name)"
        case .json(let value): value.text
        case .sealingKeys(let name): "the sealing keys in \(name)"
        }
    }

    static func words(_ arguments: [Argument], _ values: Values? = nil) -> String {
        arguments.map { argument in
            switch argument {
            case .text(let text): Shell.quote(values?.show(text) ?? text.source)
            case .json(let value): Shell.quote(((try? values?.fill(value)) ?? value).text)
            case .spread(let list): spread(list, values)
            }
        }.joined(separator: " ")
    }

    private static func spread(_ list: FactPath, _ values: Values?) -> String {
        guard let elements = values?[list]?.array else { return "{\(list)…}" }
        return Shell.quote(elements.map { $0.string ?? $0.text })
    }

    /// A bound action as the journal has it.
    static func command(_ action: JSONValue) -> String {
        let run = { (value: JSONValue?) in
            Shell.quote((value?.array ?? []).compactMap(\.string))
        }
        if let words = action["run"] { return run(words) }
        if let ssh = action["ssh"] {
            return "ssh \(ssh["host"]?.string ?? "") \(run(ssh["run"]))"
        }
        if let kubectl = action["kubectl"] {
            return "kubectl [\(kubectl["at"]?.string ?? "")] \(run(kubectl["run"]))"
        }
        if let source = action["pin"]?.string { return "fetch and prove \(source)" }
        if action["ask"] != nil { return "a person was asked" }
        return action.text
    }
}
