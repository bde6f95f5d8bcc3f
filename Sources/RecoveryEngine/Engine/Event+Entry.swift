internal import Digest
public import JSON
internal import Runbooks

/// Fact ↔ journal entry: kind and data.
extension Event {
    /// The entry's kind.
    public var kind: String {
        switch self {
        case .began: "began"
        case .prerequisites: "prerequisites"
        case .expanded: "expanded"
        case .approvalAsked: "approval-asked"
        case .intent: "intent"
        case .exited: "exited"
        case .verdict: "verdict"
        case .pinned: "pinned"
        case .waiting: "waiting"
        case .failed: "failed"
        case .resumed: "resumed"
        case .undoing: "undoing"
        case .halted: "halted"
        case .resolved: "resolved"
        case .recovered: "recovered"
        case .abandoned: "abandoned"
        }
    }

    /// The entry's data.
    public var data: JSONValue {
        switch self {
        case .began(let plan): ["plan": plan]
        case .prerequisites(let answers), .recovered(let answers): ["answers": .array(answers)]
        case .expanded(let step, let items):
            [
                "step": .string(step), "items": .array(items),
                "sha256": .string(SHA256.hex(JSONValue.array(items).text)),
            ]
        case .undoing(let step): ["step": .string(step)]
        case .approvalAsked(let approval): approval.json
        case .intent(let intent): intent.json
        case .exited(let exited): exited.json
        case .verdict(let record): record.json
        case .pinned(let pin): pin
        case .waiting(let step, let why):
            step.map { ["step": .string($0), "why": .string(why)] } ?? ["why": .string(why)]
        case .failed(let step, let why): ["step": .string(step), "why": .string(why)]
        case .resumed: [:]
        case .halted(let why), .abandoned(let why): ["why": .string(why)]
        case .resolved(let step, let resolution, let evidence):
            [
                "step": .string(step), "as": .string(resolution.rawValue),
                "evidence": .string(evidence),
            ]
        }
    }

    /// Reads an entry back; nil when it is none of ours.
    public init?(kind: String, data: JSONValue) {
        let step = data["step"]?.string, why = data["why"]?.string
        switch kind {
        case "began": self = .began(plan: data["plan"] ?? [:])
        case "prerequisites": self = .prerequisites(data["answers"]?.array ?? [])
        case "recovered": self = .recovered(data["answers"]?.array ?? [])
        case "expanded":
            guard let step, let items = data["items"]?.array,
                data["sha256"]?.string == SHA256.hex(JSONValue.array(items).text)
            else { return nil }
            self = .expanded(step: step, items: items)
        case "approval-asked":
            guard let approval = Approval(json: data) else { return nil }
            self = .approvalAsked(approval)
        case "intent":
            guard let intent = Intent(json: data) else { return nil }
            self = .intent(intent)
        case "exited":
            guard let exited = Exited(json: data) else { return nil }
            self = .exited(exited)
        case "verdict":
            guard let record = VerdictRecord(json: data) else { return nil }
            self = .verdict(record)
        case "pinned": self = .pinned(data)
        case "resumed": self = .resumed
        case "undoing":
            guard let step else { return nil }
            self = .undoing(step: step)
        case "waiting":
            guard let why else { return nil }
            self = .waiting(step: step, why: why)
        case "failed":
            guard let step, let why else { return nil }
            self = .failed(step: step, why: why)
        case "halted", "abandoned":
            guard let why else { return nil }
            self = kind == "halted" ? .halted(why: why) : .abandoned(why: why)
        case "resolved":
            guard let step, let evidence = data["evidence"]?.string,
                let word = data["as"]?.string, let resolution = Resolution(rawValue: word)
            else { return nil }
            self = .resolved(step: step, as: resolution, evidence: evidence)
        default: return nil
        }
    }
}

extension Approval {
    var json: JSONValue {
        [
            "step": .string(step), "ordinal": .int(ordinal), "observed": observed, "action": action,
            "persons": .int(persons), "expires": .int(expires), "digest": .string(digest),
        ]
    }

    init?(json: JSONValue) {
        guard let step = json["step"]?.string, let ordinal = json["ordinal"]?.int,
            let observed = json["observed"],
            let action = json["action"], let persons = json["persons"]?.int,
            let expires = json["expires"]?.int,
            let digest = json["digest"]?.string
        else { return nil }
        self.init(
            step: step, ordinal: ordinal, observed: observed, action: action, persons: persons,
            expires: expires,
            digest: digest)
    }
}

extension Intent {
    var json: JSONValue {
        [
            "step": .string(step), "ordinal": .int(ordinal), "attempt": .string(attempt),
            "observed": observed,
            "action": action, "answers": answers, "approval": approval, "boot": .string(boot),
            "monotonic-us": .int(monotonic / 1000), "wall": .int(wall),
        ]
    }

    init?(json: JSONValue) {
        guard let step = json["step"]?.string, let ordinal = json["ordinal"]?.int,
            let attempt = json["attempt"]?.string, let observed = json["observed"],
            let action = json["action"],
            let answers = json["answers"], let approval = json["approval"],
            let boot = json["boot"]?.string,
            let monotonic = json["monotonic-us"]?.int, let wall = json["wall"]?.int
        else { return nil }
        self.init(
            step: step, ordinal: ordinal, attempt: attempt, observed: observed, action: action,
            answers: answers,
            approval: approval, boot: boot, monotonic: monotonic &* 1000, wall: wall)
    }
}

extension Exited {
    var json: JSONValue {
        var json: JSONValue = [
            "attempt": .string(attempt), "ending": .string(ending), "stdout": stdout,
            "stderr": stderr,
            "host-keys": hostKeys,
        ]
        json["code"] = code.map(JSONValue.int)
        return json
    }

    init?(json: JSONValue) {
        guard let attempt = json["attempt"]?.string, let ending = json["ending"]?.string,
            let stdout = json["stdout"], let stderr = json["stderr"], let keys = json["host-keys"]
        else { return nil }
        self.init(
            attempt: attempt, ending: ending, code: json["code"]?.int, stdout: stdout,
            stderr: stderr,
            hostKeys: keys)
    }
}

extension VerdictRecord {
    var json: JSONValue {
        var json: JSONValue = [
            "step": .string(step), "verdict": .string(verdict.rawValue), "why": .string(why),
            "captured": captured,
        ]
        json["attempt"] = attempt.map(JSONValue.string)
        return json
    }

    init?(json: JSONValue) {
        guard let step = json["step"]?.string, let why = json["why"]?.string,
            let captured = json["captured"],
            let verdict = json["verdict"]?.string.flatMap(Verdict.init(rawValue:))
        else { return nil }
        self.init(
            step: step, attempt: json["attempt"]?.string, verdict: verdict, why: why,
            captured: captured)
    }
}
