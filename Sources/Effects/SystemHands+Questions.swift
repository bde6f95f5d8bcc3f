internal import Estates
internal import JSON
internal import Processes
internal import RecoveryEngine

/// Read-only questions.
extension SystemHands {
    func ask(_ request: Request, deadline: Duration) -> Reply {
        // What went wrong may quote what must not be told.
        switch reply(request, deadline) {
        case .cannot(let why): .cannot(redactor.redact(why))
        case .answered(let finding):
            .answered(Finding(finding.answer, redactor.redact(finding.why)))
        case let other: other
        }
    }

    private func reply(_ request: Request, _ deadline: Duration) -> Reply {
        do {
            switch request {
            case .run(let arguments):
                guard let name = arguments.first else { return .cannot("no program is named") }
                return try reply(
                    Command(
                        setting.toolbox.resolve(name), Array(arguments.dropFirst()),
                        environment: environment,
                        directory: work), deadline)
            case .ssh(let host, let arguments): return try remote(host, arguments, deadline)
            case .kubectl(let cluster, let run): return try reply(kubectl(cluster, run), deadline)
            case .http(let request): return http(request, deadline)
            case .tcp(let address, let port): return tcp(address, port, deadline)
            case .dns(let server, let name, let type):
                return dns(server, name, type, deadline)
            case .sealingKeys(let cluster, let secret):
                return .answered(sealingKeys(cluster, secret, deadline))
            case .datastore(let file, _):
                return .cannot("this version cannot open a datastore's backup (\(file)) yet")
            case .poweredOff(let node): return .answered(power(node, deadline))
            case .nodes(let cluster): return .answered(nodes(cluster, deadline))
            case .desiredState(let subject, let source, let commit, let agreed):
                return setting.desiredState(subject, source, commit, agreed)
            case .attempt: return .cannot("only the engine knows its attempts")
            }
        } catch {
            return .cannot("\(error)")
        }
    }

    private func reply(_ command: Command, _ deadline: Duration) throws -> Reply {
        let captured = try command.capture(deadline: deadline, window: 16 << 20)
        if captured.output.dropped > 0 { return .cannot("it printed more than 32 MiB") }
        let exit: Exit =
            switch captured.ending {
            case .exited(let code): .exited(code)
            case .signalled(let signal): .signalled(signal)
            case .timedOut: .timedOut
            }
        return .ran(
            exit, stdout: redactor.redact(captured.output), stderr: redactor.redact(captured.error))
    }

    /// ssh's own failures exit 255 and say nothing about the question.
    private func remote(_ node: String, _ arguments: [String], _ deadline: Duration) throws -> Reply
    {
        let line = RemoteUnit.question(arguments, become: become(node))
        hasShared = true
        let reply = try reply(ssh(node, remote: line, sharing: true), deadline)
        guard case .ran(.exited(255), _, let stderr) = reply else { return reply }
        let words =
            String(decoding: stderr, as: UTF8.self).split(separator: "\n").last ?? "no connection"
        return .cannot("ssh: \(words)")
    }

    func identity(cluster: String) -> Finding { identity(cluster: cluster, deadline: .seconds(20)) }

    func identity(cluster: String, deadline: Duration) -> Finding {
        guard let bound = setting.binding.clusters[cluster] else {
            return Finding(.fails, "the binding says nothing of cluster \(cluster)")
        }
        let reply = ask(
            .kubectl(
                cluster: cluster,
                ["get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}"]),
            deadline: deadline)
        switch reply {
        case .ran(.exited(0), let stdout, _):
            let uid = String(decoding: stdout, as: UTF8.self)
            // kubectl that could not do its work may print nothing and be content.
            if uid.isEmpty { return Finding(.cannotTell, "it does not say its UID") }
            return uid == bound.uid
                ? Finding(.holds, "it is the cluster the binding names")
                : Finding(
                    .fails,
                    "this is another cluster: its UID is \(uid), the binding says \(bound.uid)")
        case .ran(let exit, _, let stderr):
            let words = String(decoding: stderr, as: UTF8.self).split(separator: "\n").last ?? ""
            return Finding(.cannotTell, "its API does not answer (\(exit)): \(words)")
        case .cannot(let why): return Finding(.cannotTell, why)
        case .answered(let finding): return finding
        case .http: return Finding(.cannotTell, "its API was not asked by kubectl")
        }
    }

    private func power(_ node: String, _ deadline: Duration) -> Finding {
        guard let power = setting.binding.power[node], let program = power.state.first else {
            return Finding(
                .cannotTell,
                "nobody can see the power of \(node): add power.\(node).state to the binding, "
                    + "or let two persons see to it and say so with 'recover resolve'")
        }
        let command = Command(
            program, Array(power.state.dropFirst()), environment: environment, directory: work)
        guard let captured = try? command.capture(deadline: deadline), captured.ending.isSuccess
        else {
            return Finding(.cannotTell, "\(Shell.quote(power.state)) gave no answer")
        }
        switch captured.output.text.split(separator: "\n").last {
        case "off": return Finding(.holds, "\(node) is off")
        case "on": return Finding(.fails, "\(node) is on")
        case let other:
            return Finding(
                .cannotTell, "the power of \(node) is '\(other ?? "")', neither on nor off")
        }
    }

    private func nodes(_ cluster: String, _ deadline: Duration) -> Finding {
        switch ask(.kubectl(cluster: cluster, ["get", "nodes", "-o", "json"]), deadline: deadline) {
        case .ran(.exited(0), let stdout, _):
            guard let list = try? JSONValue(parsing: stdout), let items = list["items"]?.array
            else {
                return Finding(.cannotTell, "the list of nodes is not JSON")
            }
            return Inventory.compare(estate: setting.estate, cluster: cluster, live: items)
        case .ran(let exit, _, _):
            return Finding(.cannotTell, "the nodes of \(cluster) could not be listed: \(exit)")
        case .cannot(let why): return Finding(.cannotTell, why)
        case .answered(let finding): return finding
        case .http: return Finding(.cannotTell, "its API was not asked by kubectl")
        }
    }
}
