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
    var description = ""
    var type = "simple"
    /// `no`, `always` or `on-failure`; seconds until then; how often it was.
    var restart = "no"
    var restartSeconds = 0, restartCount = 0
    /// As in `UnitFile`.
    var environment: [String] = [], environmentFiles: [String] = []
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
    /// The condition that kept it from starting when that was last asked for.
    var unmet = ""
    /// When it last became what it is, in microseconds since 1970.
    var since = 0
    /// Process id of the main process, or 0.
    var mainPID = 0

    init(name: String, isTransient: Bool, command: [String]) {
        self.name = name
        self.isTransient = isTransient
        self.command = command
        description = command.joined(separator: " ")
    }

    /// What `file` makes of the unit `name`.
    init(name: String, file: UnitFile) {
        self.init(name: name, isTransient: false, command: file.command)
        description = file.description
        type = file.type
        restart = file.restart
        restartSeconds = file.restartSeconds
        remainsAfterExit = file.remainsAfterExit
        environment = file.environment
        environmentFiles = file.environmentFiles
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
        unmet = ""
    }

    /// It stays as it is, because `condition` does not hold.
    mutating func skip(_ condition: String) {
        settle()
        unmet = condition
    }

    /// Whether it is started again after it ended as it did.
    var restarts: Bool { restart == "always" || restart == "on-failure" && active == "failed" }

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

    /// How its main process ended last, as systemd logs it.
    var ending: String {
        mainCode == 2 ? "code=killed, status=\(mainStatus)" : "code=exited, status=\(mainStatus)"
    }

    /// It waits to be started again.
    mutating func awaitRestart() { (active, sub) = ("activating", "auto-restart") }

    /// Nothing runs and nothing failed.
    mutating func settle() { (active, sub, result) = ("inactive", "dead", "success") }

    /// What `systemctl show` can be asked for.
    var properties: [String: String] {
        [
            "Id": name, "Names": name, "Description": description, "LoadState": "loaded",
            "ExecStart": execStart, "MainPID": String(mainPID), "NRestarts": String(restartCount),
            "Restart": restart, "RestartUSec": restartSeconds == 0 ? "100ms" : "\(restartSeconds)s",
            "Environment": environment.joined(separator: " "),
            "EnvironmentFiles": environmentFiles.map { file in
                "\(file.drop { $0 == "-" }) (ignore_errors=\(file.hasPrefix("-") ? "yes" : "no"))"
            }.joined(separator: "\n"),
            "ConditionResult": unmet.isEmpty ? "yes" : "no",
            "StateChangeTimestamp": Clock.full(since), "ActiveState": active, "SubState": sub,
            "Result": result, "ExecMainCode": String(mainCode),
            "ExecMainStatus": String(mainStatus),
            "InvocationID": invocation, "Type": type,
            "RemainAfterExit": remainsAfterExit ? "yes" : "no",
            "Transient": isTransient ? "yes" : "no",
        ]
    }

    /// As `systemctl show -p ExecStart` prints it.
    private var execStart: String {
        guard let program = command.first else { return "" }
        return "{ path=\(program) ; argv[]=\(command.joined(separator: " ")) ; ignore_errors=no ; "
            + "start_time=[n/a] ; stop_time=[n/a] ; pid=\(mainPID) ; code=(null) ; status=0/0 }"
    }

    /// The properties of a unit nobody knows.
    static func unknownProperties(_ name: String) -> [String: String] {
        var record = UnitRecord(name: name, isTransient: false, command: [])
        record.settle()
        record.description = name
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
            "restart": .string(restart), "restart-seconds": .int(restartSeconds),
            "description": .string(description), "unmet": .string(unmet), "since": .int(since),
            "environment": .array(environment.map(JSONValue.string)),
            "environment-files": .array(environmentFiles.map(JSONValue.string)),
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
        restart = json["restart"]?.string ?? restart
        description = json["description"]?.string ?? description
        unmet = json["unmet"]?.string ?? ""
        since = json["since"]?.int ?? 0
        environment = json["environment"]?.array?.compactMap(\.string) ?? []
        environmentFiles = json["environment-files"]?.array?.compactMap(\.string) ?? []
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
