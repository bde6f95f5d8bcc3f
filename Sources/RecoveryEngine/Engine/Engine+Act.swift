internal import JSON
internal import Runbooks

/// From the intent to the verdict.
extension Engine {
    func act(_ instance: StepInstance, _ intent: Intent, _ values: Values) throws(Fault)
        -> Turn
    {
        var values = values
        values.set("attempt.id", .string(intent.attempt))
        values.set("run.id", .string(run))
        switch instance.step.action {
        case .ask(let rekey): return try askPerson(instance, intent, values, rekey)
        case .pin(let source): return try pin(instance, intent, values, source)
        default: break
        }
        guard let act = try? Act(instance.step, attempt: intent.attempt, values) else {
            return try fail(instance, "the action cannot be bound")
        }
        // The attempt's time counts from here: a resumed one gets all of it.
        let began = hands.now().monotonic
        switch hands.perform(act) {
        case .notStarted(let why):
            let exited = Self.exited(intent, "not started")
            try record(
                .exited(exited),
                .verdict(
                    VerdictRecord(
                        step: instance.id, attempt: intent.attempt, verdict: .failed,
                        why: "nothing was started: \(why)", captured: [:])))
            return .stop(.stepFailed)
        case .lost(let why):
            try record(.exited(Self.exited(intent, "lost: \(why)")))
            return try settle(instance, intent, isLive: true)
        case .ended(let exit, let stdout, let stderr, let descendants):
            let exited = Self.exited(intent, exit, stdout, stderr, silent: act.isSilent)
            let turn = try conclude(
                instance, intent, values, exit, exited, stdout, descendants, began)
            // An attempt nobody could settle keeps everything that may settle it.
            if state.instances.contains(where: { $0.open?.attempt == intent.attempt }) { return turn }
            hands.forget(attempt: intent.attempt, act: descendants == nil ? act : nil)
            return turn
        }
    }

    /// The goal decides; the exit code only where there is no goal.
    private func conclude(
        _ instance: StepInstance, _ intent: Intent, _ values: Values, _ exit: Exit,
        _ exited: Exited,
        _ stdout: [UInt8], _ descendants: String?, _ began: Int
    ) throws(Fault) -> Turn {
        let step = instance.step
        guard let goal = step.goal else {
            let record = judgeExit(instance, intent, exit, exited, stdout, descendants)
            try self.record(.exited(exited), .verdict(record))
            return record.verdict == .done ? .go : .stop(state.standing?.exitCode ?? .internalError)
        }
        let first = ask(goal, values, last: exited)
        if first.answer == .holds {
            let captured = captured(instance, intent, stdout)
            try record(
                .exited(exited),
                .verdict(done(instance, first.why, captured, attempt: intent.attempt)))
            return .go
        }
        try record(.exited(exited))
        let finding = poll(
            instance.id, until: end(step.timeout, from: began), for: [.holds], minding: false
        ) { ask(goal, values, last: exited) }
        return try settle(instance, intent, finding, exit, stdout, descendants)
    }

    private func settle(
        _ instance: StepInstance, _ intent: Intent, _ finding: Finding, _ exit: Exit,
        _ stdout: [UInt8],
        _ descendants: String?
    ) throws(Fault) -> Turn {
        let verdict: Verdict
        var why = finding.why
        switch finding.answer {
        case .holds: verdict = .done
        case .cannotTell: verdict = .unknown
        case .fails where descendants != nil:
            verdict = .unknown
            why = "descendants remain: \(descendants ?? ""); \(why)"
        case .fails:
            let isCut = exit == .timedOut || hands.mustStop()
            verdict = isCut || instance.step.effect == .once ? .unknown : .failed
            if exit != .exited(0) { why = "\(exit); \(why)" }
        }
        let kept = verdict == .done ? captured(instance, intent, stdout) : [:]
        try record(
            .verdict(
                VerdictRecord(
                    step: instance.id, attempt: intent.attempt, verdict: verdict, why: why,
                    captured: kept)))
        return verdict == .done ? .go : .stop(state.standing?.exitCode ?? .internalError)
    }

    private func judgeExit(
        _ instance: StepInstance, _ intent: Intent, _ exit: Exit, _ exited: Exited,
        _ stdout: [UInt8],
        _ descendants: String?
    ) -> VerdictRecord {
        let verdict: Verdict
        let why: String
        switch exit {
        case .exited(0) where descendants == nil: (verdict, why) = (.done, "exit 0")
        case .exited(let code) where descendants == nil:
            (verdict, why) = (.failed, "exit \(code), \(exited.stderr.string ?? "")")
        default:
            (verdict, why) = (
                .unknown, "\(exit)\(descendants.map { ", descendants remain: \($0)" } ?? "")"
            )
        }
        if verdict == .done, let problem = Capturing.problem(instance.step, stdout) {
            return VerdictRecord(
                step: instance.id, attempt: intent.attempt, verdict: .failed, why: problem,
                captured: [:])
        }
        return VerdictRecord(
            step: instance.id, attempt: intent.attempt, verdict: verdict, why: why,
            captured: verdict == .done ? captured(instance, intent, stdout) : [:])
    }

    /// Observed facts and captures, under the step's name.
    func captured(_ instance: StepInstance, _ intent: Intent, _ stdout: [UInt8]) -> JSONValue {
        var captured = intent.observed
        for (name, value) in Capturing.values(instance.step, stdout, state.values(for: instance)) {
            captured[name] = value
        }
        return captured
    }

    private func askPerson(
        _ instance: StepInstance, _ intent: Intent, _ values: Values, _ rekey: Template?
    ) throws(Fault) -> Turn {
        let node = rekey.map { values.show($0) }
        switch hands.confirm(
            attempt: intent.attempt, question: values.show(instance.step.title), rekey: node)
        {
        case .nobody(let why), .declined(let why): return try wait(instance, why)
        case .given(let by, let key):
            var keys = JSONValue.object([:])
            if let node, let key {
                keys[node] = .string(key)
                hands.adopt(hostKey: key, node: node)
            }
            let exited = Exited(
                attempt: intent.attempt, ending: "answered", code: nil, stdout: by, stderr: "",
                hostKeys: keys)
            return try conclude(
                instance, intent, values, .exited(0), exited, [], nil, hands.now().monotonic)
        }
    }

    private func pin(
        _ instance: StepInstance, _ intent: Intent, _ values: Values, _ source: Template
    ) throws(Fault) -> Turn {
        let name = values.show(source)
        let last = try lastPin(of: name)
        switch hands.pin(source: name, last: last, attempt: intent.attempt) {
        case .pinned(let pin):
            try record(
                .exited(Self.exited(intent, "pinned")), .pinned(pin),
                .verdict(done(instance, "proven", pin, attempt: intent.attempt)))
            return .go
        case .refuted(let why), .failed(let why):
            try record(
                .exited(Self.exited(intent, "not pinned")),
                .verdict(
                    VerdictRecord(
                        step: instance.id, attempt: intent.attempt, verdict: .failed, why: why,
                        captured: [:])))
            return .stop(.stepFailed)
        }
    }

    private static func exited(_ intent: Intent, _ ending: String) -> Exited {
        Exited(
            attempt: intent.attempt, ending: ending, code: nil, stdout: "", stderr: "",
            hostKeys: [:])
    }

    static func exited(
        _ intent: Intent, _ exit: Exit, _ stdout: [UInt8], _ stderr: [UInt8], silent: Bool
    ) -> Exited {
        let code: Int? = if case .exited(let code) = exit { Int(code) } else { nil }
        return Exited(
            attempt: intent.attempt, ending: exit.description, code: code,
            stdout: silent ? "" : .string(Kept.text(stdout)),
            stderr: silent ? "" : .string(Kept.text(stderr)),
            hostKeys: [:])
    }
}

/// What of an output stands in an entry.
enum Kept {
    static let limit = 16 * 1024

    /// The last 16 KiB as text, bytes that are no UTF-8 replaced, and a note
    /// of what was cut.
    static func text(_ bytes: [UInt8]) -> String {
        guard bytes.count > limit else { return String(decoding: bytes, as: UTF8.self) }
        return "\(mark)\(bytes.count - limit) bytes]\n"
            + String(decoding: bytes.suffix(limit), as: UTF8.self)
    }

    /// Whether `text` is only the end of an output.
    static func isCut(_ text: String) -> Bool { text.hasPrefix(mark) }

    private static let mark = "[cut off before this: "
}
