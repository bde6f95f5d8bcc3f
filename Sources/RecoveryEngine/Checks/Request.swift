internal import JSON
public import Runbooks

/// A question with every value filled in: what the hands are asked.
public enum Request: Hashable, Sendable {
    case run([String])
    case ssh(host: String, [String])
    case kubectl(cluster: String, [String])
    case http(HTTPRequest)
    case tcp(address: String, port: String)
    case dns(server: String, name: String, type: String)
    case poweredOff(node: String)
    /// The cluster's Nodes, to be compared with its inventory.
    case nodes(cluster: String)
    /// The cluster's sealing keys, to be compared with those in a secret.
    case sealingKeys(cluster: String, secret: String)
    /// Whether a secret, the token, opens a datastore's backup.
    case datastore(file: String, secret: String)
    /// What a commit of a source means for its cluster, or what came after it.
    case desiredState(
        DesiredStateSubject, source: String, commit: String, agreed: String? = nil)
    case attempt

    init(_ question: Question, _ values: Values) throws(Values.Missing) {
        switch question {
        case .run(let arguments): self = .run(try values.fill(arguments))
        case .ssh(let host, let run): self = .ssh(host: try values.fill(host), try values.fill(run))
        case .kubectl(let at, let run):
            self = .kubectl(cluster: try values.fill(at), try values.fill(run))
        case .http(let question): self = .http(try HTTPRequest(question, values))
        case .tcp(let address, let port):
            self = .tcp(address: try values.fill(address), port: try values.fill(port))
        case .dns(let server, let name, let type):
            self = .dns(server: try values.fill(server), name: try values.fill(name), type: type)
        case .prove(.poweredOff(let node)): self = .poweredOff(node: try values.fill(node))
        case .prove(.nodesReady(let cluster)): self = .nodes(cluster: try values.fill(cluster))
        case .prove(.sealingKeys(let cluster, let from)):
            self = .sealingKeys(cluster: try values.fill(cluster), secret: try values.fill(from))
        case .prove(.datastore(let file, let token)):
            self = .datastore(file: try values.fill(file), secret: try values.fill(token))
        case .desiredState(let subject, let source, let commit, let agreed):
            var lines: String?
            if let agreed { lines = try values.fill(agreed) }
            self = .desiredState(
                subject, source: try values.fill(source), commit: try values.fill(commit),
                agreed: lines)
        case .attempt: self = .attempt
        }
    }

    /// One line a person can read, and copy where it is a command.
    public var description: String {
        switch self {
        case .run(let arguments): Shell.quote(arguments)
        case .ssh(let host, let arguments): "ssh \(host) \(Shell.quote(arguments))"
        case .kubectl(let cluster, let arguments): "kubectl [\(cluster)] \(Shell.quote(arguments))"
        case .http(let request): request.description
        case .tcp(let address, let port): "connect to \(address) port \(port)"
        case .dns(let server, let name, let type): "ask \(server) for \(name) \(type)"
        case .poweredOff(let node): "is \(node) powered off?"
        case .nodes(let cluster): "kubectl [\(cluster)] get nodes -o json"
        case .sealingKeys(let cluster, let secret):
            "are the sealing keys in \(secret) those of \(cluster)?"
        case .datastore(let file, let secret): "does \(secret) open \(file)?"
        case .desiredState(.newer, let source, let commit, _):
            "what \(source) has since \(commit)"
        case .desiredState(let subject, let source, let commit, _?):
            "the \(subject.rawValue) of \(source) at \(commit) that nobody has agreed to"
        case .desiredState(let subject, let source, let commit, nil):
            "the \(subject.rawValue) of \(source) at \(commit)"
        case .attempt: "the last attempt"
        }
    }
}

/// POSIX shell quoting, for display and for ssh, which joins words with spaces.
public enum Shell {
    /// `arguments` as one line a POSIX shell splits back into exactly them.
    public static func quote(_ arguments: [String]) -> String {
        arguments.map(quote).joined(separator: " ")
    }

    /// One argument.
    public static func quote(_ argument: String) -> String {
        let isPlain =
            !argument.isEmpty
            && argument.utf8.allSatisfy {
                switch $0 {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "-_./:=,@%+".utf8.contains($0)
                }
            }
        guard !isPlain else { return argument }
        var quoted = "'"
        for character in argument.unicodeScalars {
            if character == "'" {
                quoted += "'\\''"
            } else {
                quoted.unicodeScalars.append(character)
            }
        }
        return quoted + "'"
    }
}
