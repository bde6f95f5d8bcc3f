import JSON

/// What is known of one unit: how to start it, and how it fares.
///
/// The transitions are pure; `Units` performs them and keeps the record in a
/// file, so that a copied lab starts again with the same units.
struct UnitRecord: Hashable, Sendable {
    /// `k3s-agent.service`.
    var name: String
    /// Made by `systemd-run`, without a file.
    var isTransient: Bool
    var command: [String]
    var type = "simple"
    var restarts = false
    var restartSeconds = 0
    var remainsAfterExit = false
    /// A failed unit is forgotten at once, as with `systemd-run --collect`.
    var collects = false
    /// `null`, `file:PATH`, `append:PATH` or `truncate:PATH`; empty: the log.
    var input = "", output = "", error = ""

    var active = "inactive", sub = "dead", result = "success"
    /// `CLD_EXITED` 1 or `CLD_KILLED` 2, and the exit code or signal.
    var mainCode = 0, mainStatus = 0
    /// 32 hex digits; new at each start.
    var invocation = ""

    init(name: String, isTransient: Bool, command: [String]) {
        self.name = name
        self.isTransient = isTransient
        self.command = command
    }

    /// How a unit's main process ended.
    enum End: Hashable, Sendable {
        case exited(Int)
        case signalled(Int)
        /// The program could not be executed.
        case refused
    }

    /// A process lives, or is about to.
    var isBusy: Bool {
        active == "active" && sub == "running" || active == "activating" || active == "deactivating"
    }

    /// Nothing keeps a transient unit that is over.
    var isForgotten: Bool {
        isTransient && (active == "inactive" || collects && active == "failed")
    }

    /// The start was asked for.
    mutating func begin(invocation: String) {
        (active, sub, result) = ("activating", "start", "success")
        (mainCode, mainStatus) = (0, 0)
        self.invocation = invocation
    }

    /// The program was executed.
    mutating func executed() {
        if active == "activating" && type != "notify" { (active, sub) = ("active", "running") }
    }

    /// The program said that it is ready.
    mutating func ready() {
        if active == "activating" { (active, sub) = ("active", "running") }
    }

    /// A stop was asked for.
    mutating func stop() {
        if isBusy { (active, sub) = ("deactivating", "stop-sigterm") } else { settle() }
    }

    /// The main process ended.
    mutating func end(_ end: End) {
        let wasStopped = active == "deactivating"
        switch end {
        case .exited(let code): (mainCode, mainStatus) = (1, code)
        case .signalled(let signal): (mainCode, mainStatus) = (2, signal)
        case .refused: (mainCode, mainStatus) = (1, 203)
        }
        // SIGHUP, SIGINT, SIGTERM and SIGPIPE count as a clean end.
        let clean = mainCode == 1 ? mainStatus == 0 : [1, 2, 15, 13].contains(mainStatus)
        if !clean && !(wasStopped && mainCode == 2) {
            result = mainCode == 1 ? "exit-code" : "signal"
            (active, sub) = ("failed", "failed")
        } else if remainsAfterExit && !wasStopped {
            (active, sub) = ("active", "exited")
        } else {
            (active, sub) = ("inactive", "dead")
        }
    }

    /// It waits to be started again.
    mutating func awaitRestart() { (active, sub) = ("activating", "auto-restart") }

    /// Nothing runs and nothing failed.
    mutating func settle() { (active, sub, result) = ("inactive", "dead", "success") }

    /// What `systemctl show` can be asked for.
    var properties: [String: String] {
        [
            "Id": name, "LoadState": "loaded", "ActiveState": active, "SubState": sub,
            "Result": result, "ExecMainCode": String(mainCode),
            "ExecMainStatus": String(mainStatus),
            "InvocationID": invocation, "Type": type,
            "RemainAfterExit": remainsAfterExit ? "yes" : "no",
            "Transient": isTransient ? "yes" : "no",
        ]
    }

    /// The properties of a unit nobody knows.
    static func unknownProperties(_ name: String) -> [String: String] {
        var record = UnitRecord(name: name, isTransient: false, command: [])
        record.settle()
        var properties = record.properties
        properties["LoadState"] = "not-found"
        return properties
    }
}

extension UnitRecord {
    /// The record as it stands in its file.
    var json: JSONValue {
        [
            "name": .string(name), "transient": .bool(isTransient),
            "command": .array(command.map(JSONValue.string)), "type": .string(type),
            "restarts": .bool(restarts), "restart-seconds": .int(restartSeconds),
            "remains": .bool(remainsAfterExit), "collects": .bool(collects),
            "input": .string(input),
            "output": .string(output), "error": .string(error), "active": .string(active),
            "sub": .string(sub), "result": .string(result), "code": .int(mainCode),
            "status": .int(mainStatus), "invocation": .string(invocation),
        ]
    }

    /// Reads what `json` wrote; nil when it is something else.
    init?(json: JSONValue) {
        guard let name = json["name"]?.string, let transient = json["transient"]?.bool,
            let command = json["command"]?.array, let active = json["active"]?.string,
            let sub = json["sub"]?.string
        else { return nil }
        self.init(name: name, isTransient: transient, command: command.compactMap(\.string))
        type = json["type"]?.string ?? type
        restarts = json["restarts"]?.bool ?? false
        restartSeconds = json["restart-seconds"]?.int ?? 0
        remainsAfterExit = json["remains"]?.bool ?? false
        collects = json["collects"]?.bool ?? false
        input = json["input"]?.string ?? ""
        output = json["output"]?.string ?? ""
        error = json["error"]?.string ?? ""
        (self.active, self.sub) = (active, sub)
        result = json["result"]?.string ?? result
        mainCode = json["code"]?.int ?? 0
        mainStatus = json["status"]?.int ?? 0
        invocation = json["invocation"]?.string ?? ""
    }
}
