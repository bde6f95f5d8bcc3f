internal import CPosix
internal import Estates
internal import JSON
internal import Processes
internal import RecoveryEngine

/// Questions to the network, asked by recover-reach: a process without
/// secrets, with a deadline, that can be killed.
extension SystemHands {
    /// A refusal of recover-reach: nothing answered as asked.
    private struct NoAnswer: Error {
        let code: String
        let reason: String
    }

    func http(_ request: HTTPRequest, _ deadline: Duration) -> Reply {
        do {
            var arguments = ["http", "--url", request.url, "--method", request.method]
            if let address = request.address { arguments += ["--address", address] }
            for (name, value) in request.headers.sorted(by: { $0.key < $1.key }) {
                arguments += ["--header", "\(name): \(value)"]
            }
            let answer = try reach(arguments + (try trust(request.tls)), deadline)
            return .http(reply(answer))
        } catch {
            // A certificate that has expired answers the question how long it is good for.
            if error.code == "HT-EXPIRED" {
                return .http(
                    HTTPReply(status: 0, headers: [:], body: [], expires: 0, now: seconds()))
            }
            return .cannot(error.reason)
        }
    }

    private func reply(_ answer: JSONValue) -> HTTPReply {
        let body = answer["body"]?.string.map { Array($0.utf8) } ?? []
        return HTTPReply(
            status: answer["status"]?.int ?? 0,
            headers: (answer["headers"]?.object ?? [:]).compactMapValues(\.string),
            body: redactor.redact(body), expires: answer.at("certificate", "expires")?.int,
            now: seconds())
    }

    private func seconds() -> Int { now().wall / 1000 }

    /// Options for the CA and the client certificate `name` stands for.
    private func trust(_ name: String?) throws(NoAnswer) -> [String] {
        guard let name else { return [] }
        if let cluster = setting.binding.clusters[name] { return ["--ca", cluster.caPath] }
        guard let tls = setting.binding.tls[name] else {
            throw NoAnswer(
                code: "HT-TLS", reason: "the binding has no cluster and no tls entry '\(name)'")
        }
        let options = [("--ca", tls.authority), ("--cert", tls.certificate), ("--key", tls.key)]
        return options.flatMap { option, file in file.map { [option, $0] } ?? [] }
    }

    func tcp(_ address: String, _ port: String, _ deadline: Duration) -> Reply {
        do {
            let answer = try reach(["tcp", "--address", address, "--port", port], deadline)
            return answer["answer"]?.string == "connected"
                ? .answered(Finding(.holds, "\(address) port \(port) takes connections"))
                : .answered(Finding(.fails, "\(address) port \(port) refuses connections"))
        } catch {
            return .cannot(error.reason)
        }
    }

    func dns(_ server: String, _ name: String, _ type: String, _ deadline: Duration) -> Reply {
        do {
            let answer = try reach(
                ["dns", "--server", server, "--name", name, "--type", type], deadline)
            let lines = (answer["answers"]?.array ?? []).compactMap(\.string)
            let text = lines.map { $0 + "\n" }.joined()
            return .ran(.exited(0), stdout: Array(text.utf8), stderr: [])
        } catch {
            return .cannot(error.reason)
        }
    }

    private func reach(_ arguments: [String], _ deadline: Duration) throws(NoAnswer) -> JSONValue {
        let limit = ["--deadline-ms", String(deadline.milliseconds)]
        let command = Command(setting.reach, arguments + limit, environment: environment)
        guard let captured = try? command.capture(deadline: deadline + .seconds(2), window: 8 << 20)
        else { throw NoAnswer(code: "", reason: "recover-reach cannot be started") }
        if captured.ending.isSuccess, let answer = try? JSONValue(parsing: captured.output.bytes) {
            return answer
        }
        let said = try? JSONValue(parsing: captured.error.bytes)
        throw NoAnswer(
            code: said?["code"]?.string ?? "",
            reason: said?["reason"]?.string ?? "recover-reach: \(captured.ending)")
    }

    /// The cluster's sealing keys against those of a backup, by digest.
    func sealingKeys(_ cluster: String, _ secret: String, _ deadline: Duration) -> Finding {
        let wanted: [SealingKeys.Key]
        do {
            wanted = try SealingKeys(backup: try self.secret(secret)).keys
        } catch {
            return Finding(.cannotTell, "\(error)")
        }
        var present: Set<SealingKeys.Key> = []
        for namespace in Set(wanted.map(\.namespace)).sorted() {
            let run = ["get", "secrets", "-n", namespace, "-l", SealingKeys.label, "-o", "json"]
            // Asked here and not by `ask`: the answer holds keys and is not passed on.
            guard let captured = try? kubectl(cluster, run).capture(deadline: deadline, window: 8 << 20),
                captured.ending.isSuccess, captured.output.dropped == 0,
                let list = try? JSONValue(parsing: captured.output.bytes)
            else {
                return Finding(.cannotTell, "the sealing keys of \(cluster) could not be listed")
            }
            present.formUnion(SealingKeys.keys(in: list))
        }
        let missing = wanted.filter { !present.contains($0) }.map { "\($0.namespace)/\($0.name)" }
        return missing.isEmpty
            ? Finding(.holds, "all \(wanted.count) sealing keys of the backup are in \(cluster)")
            : Finding(
                .fails,
                "not in \(cluster), or with another content: \(missing.joined(separator: ", "))")
    }
}
