internal import JSON
internal import Journal
internal import RecoveryEngine

/// Entries as JSON, while they are written.
struct JSONView: ProgressView {
    private let run: String
    /// Sequence of the next entry: one writer at a time, so it is known.
    private var sequence: Int
    private var lastWait = ""

    init(run: String, next sequence: Int) {
        self.run = run
        self.sequence = sequence
    }

    mutating func tell(_ event: Event, _ state: RunState, at now: Int) {
        lastWait = ""
        Terminal.emit(
            Record.of(
                run: run, sequence: sequence, at: now, kind: event.kind,
                step: Record.step(event.data) ?? (event.kind == "exited" ? state.current?.id : nil),
                data: event.data))
        sequence += 1
    }

    mutating func hear(_ step: String, _ finding: Finding, at now: Int) {
        guard finding.why != lastWait else { return }
        lastWait = finding.why
        let data: JSONValue = [
            "answer": .string(finding.answer.rawValue), "why": .string(finding.why),
        ]
        Terminal.emit(Record.of(run: run, at: now, kind: "not-yet", step: step, data: data))
    }

    mutating func rest(_ step: String, _ length: Int, _ why: String, at now: Int) {
        let data: JSONValue = ["ms": .int(length), "why": .string(why)]
        Terminal.emit(Record.of(run: run, at: now, kind: "resting", step: step, data: data))
    }

    mutating func note(_ text: String, at now: Int) {
        Terminal.emit(Record.of(run: run, at: now, kind: "note", data: ["text": .string(text)]))
    }

    mutating func tick(at now: Int) {}
    mutating func pause(at now: Int) {}
    mutating func finish(at now: Int) {}
}

/// The shape of every line a machine reads; `docs/OUTPUT.md` describes it.
enum Record {
    static func of(
        run: String? = nil, sequence: Int? = nil, at time: Int? = nil, kind: String,
        step: String? = nil, data: JSONValue
    ) -> JSONValue {
        var record: JSONValue = ["kind": .string(kind), "data": data]
        record["run"] = run.map(JSONValue.string)
        record["seq"] = sequence.map(JSONValue.int)
        record["time"] = time.map { .string(Clock.fine($0)) }
        record["step"] = step.map(JSONValue.string)
        return record
    }

    /// An entry of the journal.
    static func of(_ entry: JournalEntry) -> JSONValue {
        var record = of(
            run: entry.run.isEmpty ? nil : entry.run, sequence: entry.sequence, at: entry.wall,
            kind: entry.kind, step: step(entry.data), data: entry.data)
        record["by"] = entry.by
        return record
    }

    /// The step an entry's data is about.
    static func step(_ data: JSONValue) -> String? { data["step"]?.string }
}
