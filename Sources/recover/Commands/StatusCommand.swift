internal import Estates
internal import JSON
internal import Journal
internal import RecoveryEngine
internal import Runbooks

/// `recover status [RUN]`: it reads and takes no lock.
enum StatusCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        if invocation.has("watch") {
            return try Watching(try RunChoice(invocation, site), site).run()
        }
        if invocation.words.count == 1, try list(site) { return .recovered }
        let choice = try RunChoice(invocation, site)
        let state = choice.state
        let code = state.standing?.exitCode ?? .internalError
        guard !Terminal.isForMachines else {
            Terminal.emit(record(choice))
            Closing(choice.run, state, site, entries: choice.entries).say(code)
            return .recovered
        }
        Terminal.say(
            "run \(choice.run): \(state.plan?.runbook ?? "") \(state.plan?.version ?? "") "
                + "on \(state.plan?.estate.name ?? "")"
        )
        for instance in state.instances {
            Terminal.say("  \(mark(instance, state))  \(instance.id): \(title(instance, state))")
        }
        Closing(choice.run, state, site, entries: choice.entries).say(code)
        return .recovered
    }

    /// Lists the runs where there is more than one; whether that is all there
    /// is to say, because several are unfinished.
    private static func list(_ site: Site) throws(Refusal) -> Bool {
        let journal = try site.openJournal(.readOnly)
        do throws(JournalError) {
            let runs = try journal.runs().filter { !$0.run.isEmpty }
            guard runs.count > 1 else { return false }
            let now = Clock.now()
            for summary in runs {
                let entries = try journal.entries(run: summary.run)
                let line = RunLine(summary, try? RunState(replaying: entries))
                if Terminal.isForMachines {
                    Terminal.emit(line.record)
                } else {
                    Terminal.say(line.text(now: now, journal: site.journal))
                }
            }
            let open = try RunChoice.unfinished(runs, journal)
            if open.count <= 1, !Terminal.isForMachines { Terminal.say("") }
            return open.count > 1
        } catch {
            throw Refusal(error, site.journal)
        }
    }

    private static func mark(_ instance: StepInstance, _ state: RunState) -> String {
        if instance.isDone { return "done" }
        if instance.open != nil { return "open" }
        return instance.id == state.current?.id ? "next" : "    "
    }

    private static func title(_ instance: StepInstance, _ state: RunState) -> String {
        state.values(for: instance).show(instance.step.title)
    }

    private static func record(_ choice: RunChoice) -> JSONValue {
        let state = choice.state
        let steps = state.instances.map { instance -> JSONValue in
            let word = mark(instance, state)
            return [
                "id": .string(instance.id), "title": .string(title(instance, state)),
                "state": .string(word == "    " ? "pending" : word),
            ]
        }
        let data: JSONValue = [
            "runbook": .string(state.plan?.runbook ?? ""),
            "version": .string(state.plan?.version ?? ""),
            "estate": .string(state.plan?.estate.name ?? ""),
            "state": .string(state.standing?.rawValue ?? ""), "steps": .array(steps),
        ]
        let last = choice.entries.last
        return Record.of(
            run: choice.run, sequence: last?.sequence, at: last?.wall, kind: "status", data: data)
    }
}
