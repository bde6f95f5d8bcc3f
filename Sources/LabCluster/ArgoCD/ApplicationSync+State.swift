import JSON

/// What a sync leaves in the status.
extension ApplicationSync {
    func row(_ object: JSONValue, _ status: String, _ message: String) -> JSONValue {
        let version = (object["apiVersion"]?.string ?? "").split(separator: "/")
        return [
            "group": .string(version.count > 1 ? String(version[0]) : ""),
            "version": .string(String(version.last ?? "")), "kind": .string(object.kind),
            "namespace": .string(object.namespace), "name": .string(object.name),
            "status": .string(status), "message": .string(message), "syncPhase": "Sync",
        ]
    }

    func withResult(
        _ application: JSONValue, _ target: ApplicationTarget, _ rows: [JSONValue]
    ) -> JSONValue {
        var new = application
        var result: JSONValue = ["resources": .array(rows)]
        Self.set(&result, target.commits, of: application)
        new.set("status", "operationState", "syncResult", to: result)
        return new
    }

    /// Revision and source, or revisions and sources, in `status`.
    static func set(_ status: inout JSONValue, _ commits: [String], of application: JSONValue) {
        if ApplicationSource.areMany(in: application) {
            status["revisions"] = .array(commits.map(JSONValue.string))
            status["sources"] = application.at("spec", "sources")
        } else {
            status["revision"] = .string(commits.first ?? "")
            status["source"] = application.at("spec", "source")
        }
    }

    func waiting(
        _ application: JSONValue, _ target: ApplicationTarget, _ rows: [JSONValue], _ wave: Int
    ) -> JSONValue {
        var new = withResult(application, target, rows)
        new.set(
            "status", "operationState", "message",
            to: .string("waiting for healthy state of wave \(wave)"))
        return new
    }

    func ended(_ application: JSONValue, _ phase: String, _ message: String) -> JSONValue {
        var new = application
        new.set("status", "operationState", "phase", to: .string(phase))
        new.set("status", "operationState", "message", to: .string(message))
        new.set("status", "operationState", "finishedAt", to: .string(now.text))
        new["operation"] = nil
        return new
    }

    /// Failed, or to be tried again.
    func failed(
        _ application: JSONValue, _ operation: JSONValue, _ target: ApplicationTarget?,
        _ message: String, _ rows: [JSONValue] = []
    ) -> JSONValue {
        var new = application
        if let target {
            new = withResult(new, target, rows)
        }
        let retries = application.at("status", "operationState", "retryCount")?.int ?? 0
        let limit = operation.at("retry", "limit")?.int ?? 0
        guard limit < 0 || retries < limit else {
            return ended(
                new, target == nil ? "Error" : "Failed",
                retries > 0 ? "\(message) (retried \(retries) times)." : message)
        }
        new.set("status", "operationState", "retryCount", to: .int(retries + 1))
        new.set("status", "operationState", "finishedAt", to: .string(now.text))
        new.set(
            "status", "operationState", "message",
            to: .string("\(message). Retrying attempt #\(retries + 1)"))
        return new
    }

    /// The history an operator can roll back to.
    func remember(_ target: ApplicationTarget, in application: inout JSONValue) {
        var history = application.at("status", "history")?.array ?? []
        var entry: JSONValue = [
            "id": .int((history.last?["id"]?.int ?? -1) + 1), "deployedAt": .string(now.text),
            "deployStartedAt": application.at("status", "operationState", "startedAt") ?? "",
        ]
        Self.set(&entry, target.commits, of: application)
        history.append(entry)
        application.set("status", "history", to: .array(history.suffix(10)))
    }
}
