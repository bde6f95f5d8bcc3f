internal import JSON
internal import Runbooks

/// An action with every value filled in.
public struct Act: Hashable, Sendable {
    /// What is done.
    public enum Deed: Hashable, Sendable {
        case run([String])
        case ssh(host: String, [String])
        case kubectl(cluster: String, [String])
    }

    /// What the child reads; a secret stays a name until it is spawned.
    public enum Input: Hashable, Sendable {
        case none
        case secret(String)
        case bytes([UInt8])
        /// The sealing keys in the secret of this name.
        case sealingKeys(String)
    }

    /// The attempt it belongs to.
    public let attempt: String
    public let deed: Deed
    public let input: Input
    /// From the start of the act to its end.
    public let deadline: Duration
    /// Output is neither kept nor shown.
    public let isSilent: Bool
    /// Something of what it prints is kept for later steps.
    public let captures: Bool

    /// Binds a step's action; nil for actions that start nothing.
    init?(_ step: Step, attempt: String, _ values: Values) throws(Values.Missing) {
        switch step.action {
        case .run(let run, _): deed = .run(try values.fill(run))
        case .ssh(let host, let run, _):
            deed = .ssh(host: try values.fill(host), try values.fill(run))
        case .kubectl(let at, let run, _):
            deed = .kubectl(cluster: try values.fill(at), try values.fill(run))
        case .ask, .note, .pin, nil: return nil
        }
        switch step.action?.input {
        case .secret(let name): input = .secret(name)
        case .json(let value): input = .bytes(try values.fill(value).utf8)
        case .sealingKeys(let from): input = .sealingKeys(from)
        default: input = .none
        }
        self.attempt = attempt
        deadline = step.timeout
        isSilent = step.isSilent
        captures = !step.capture.isEmpty
    }

    /// One line a person can read.
    public var description: String {
        switch deed {
        case .run(let arguments): Shell.quote(arguments)
        case .ssh(let host, let arguments): "ssh \(host) \(Shell.quote(arguments))"
        case .kubectl(let cluster, let arguments): "kubectl [\(cluster)] \(Shell.quote(arguments))"
        }
    }
}

extension Step {
    /// The bound action as it is journaled and approved.
    func actionJSON(_ values: Values) throws(Values.Missing) -> JSONValue {
        let list = { (arguments: [String]) in JSONValue.array(arguments.map(JSONValue.string)) }
        var json: JSONValue
        switch action {
        case .run(let run, _): json = ["run": list(try values.fill(run))]
        case .ssh(let host, let run, _):
            json = [
                "ssh": ["host": .string(try values.fill(host)), "run": list(try values.fill(run))]
            ]
        case .kubectl(let at, let run, _):
            json = [
                "kubectl": ["at": .string(try values.fill(at)), "run": list(try values.fill(run))]
            ]
        case .ask(let rekey):
            var node = JSONValue.object([:])
            if let rekey { node["rekey"] = .string(try values.fill(rekey)) }
            json = ["ask": node]
        case .pin(let source): json = ["pin": .string(try values.fill(source))]
        case .note: json = ["note": true]
        case nil: json = [:]
        }
        switch action?.input {
        case .secret(let name): json["stdin"] = ["secret": .string(name)]
        case .json(let value): json["stdin"] = ["json": try values.fill(value)]
        case .sealingKeys(let from):
            json["stdin"] = ["material": "sealing-keys", "from": .string(from)]
        default: break
        }
        return json
    }
}
