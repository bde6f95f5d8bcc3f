internal import JSON
internal import RecoveryEngine
internal import Runbooks

/// The last words of a run: what happened, what it means, what to type.
enum Closing {
    static func say(_ run: String, _ state: RunState, _ code: ExitCode, _ site: Site) {
        for line in lines(run, state, code, site) { Terminal.say(line) }
    }

    static func lines(_ run: String, _ state: RunState, _ code: ExitCode, _ site: Site) -> [String]
    {
        let place = " --journal \(site.journal)"
        let step = state.reasonStep ?? state.current?.id
        var lines = ["", headline(run, state, code)]
        if !state.reason.isEmpty, state.standing != .recovered {
            lines.append("Why:        \(state.reason)")
        }
        switch state.standing {
        case .recovered, nil: break
        case .abandoned: lines += standing(state)
        case .unknown:
            lines += [
                "Nothing more is done until somebody knows whether \(step ?? "") took effect.",
                "Look, and then type one of:",
            ]
            lines += resolutions(run, step, place)
        case .failed, .waiting, .running:
            lines.append("To go on:   recover resume \(run)\(secrets(state))\(place)")
            if state.standing == .waiting, let step = state.reasonStep {
                lines.append(
                    "If a person has seen to it: "
                        + "recover resolve \(run) \(step) --as done --evidence TEXT\(place)"
                )
            }
            lines += undo(state)
            lines.append("To give up: recover abandon \(run) --why TEXT\(place)")
        }
        lines.append("Journal:    \(site.journal)  (recover journal show \(run)\(place))")
        return lines
    }

    private static func headline(_ run: String, _ state: RunState, _ code: ExitCode) -> String {
        let (done, total) = state.progress
        switch state.standing {
        case .recovered: return "RECOVERED   run \(run): \(done) steps, every check is green"
        case .abandoned: return "ABANDONED   run \(run) after \(done) of \(total) steps"
        case .failed:
            return
                "FAILED      run \(run) at step \(state.reasonStep ?? ""), \(done) of \(total) done"
        case .unknown:
            return
                "UNKNOWN     run \(run) at step \(state.reasonStep ?? ""), \(done) of \(total) done"
        case .waiting:
            return
                "WAITING     run \(run) at \(state.reasonStep ?? "its checks"), \(done) of \(total) done"
        case .running, nil:
            return
                "STOPPED     run \(run) at step \(state.current?.id ?? ""), \(done) of \(total) done"
        }
    }

    private static func resolutions(_ run: String, _ step: String?, _ place: String) -> [String] {
        [
            "  recover resume \(run)\(place)   (asks the goal again; with its secrets if it has any)",
            "  recover resolve \(run) \(step ?? "STEP") --as done --evidence TEXT\(place)",
            "  recover resolve \(run) \(step ?? "STEP") --as not-done --evidence TEXT\(place)",
            "  recover abandon \(run) --why TEXT\(place)",
        ]
    }

    /// The options of a run's secrets: they are never kept, so they are asked
    /// for again.
    static func secrets(_ state: RunState) -> String {
        (state.plan?.secrets ?? []).map { " --\($0) FILE" }.joined()
    }

    /// What an abandoned run leaves behind.
    private static func standing(_ state: RunState) -> [String] {
        let acted = state.instances.filter { $0.ordinal > 0 && $0.step.effect != .repeatable }
        guard !acted.isEmpty else { return ["It changed nothing."] }
        let steps = acted.map { "  \($0.id): \(state.values(for: $0).show($0.step.title))" }
        return ["What it did stands; nobody takes it back by itself:"] + steps + undo(state)
    }

    /// How the steps that acted can be taken back, the last one first.
    private static func undo(_ state: RunState) -> [String] {
        let offers = state.instances.reversed().compactMap { instance -> String? in
            guard instance.ordinal > 0, let action = instance.step.undo?.action else { return nil }
            return "  \(instance.id): \(command(action, state.values(for: instance)))"
        }
        let title = "To take back by hand, in this order, as far as what it is done to is still there:"
        return offers.isEmpty ? [] : [title] + offers
    }

    private static func command(_ action: Action, _ values: Values) -> String {
        let words = action.arguments.map { argument in
            switch argument {
            case .text(let text): Shell.quote(values.show(text))
            case .json(let value): Shell.quote(((try? values.fill(value)) ?? value).text)
            case .spread(let list): "{\(list)}"
            }
        }.joined(separator: " ")
        switch action {
        case .kubectl(let at, _, _): return "on cluster \(values.show(at)): kubectl \(words)"
        case .ssh(let host, _, _): return "ssh \(values.show(host)) \(words)"
        default: return words
        }
    }
}
