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
        case .recovered, .abandoned, nil: break
        case .unknown:
            lines += [
                "Nothing more is done until somebody knows whether \(step ?? "") took effect.",
                "Look, and then type one of:",
            ]
            lines += resolutions(run, step, place)
        case .failed, .waiting, .running:
            lines.append("To go on:   recover resume \(run)\(place)")
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
            "  recover resume \(run)\(place)                 asks the goal again",
            "  recover resolve \(run) \(step ?? "STEP") --as done --evidence TEXT\(place)",
            "  recover resolve \(run) \(step ?? "STEP") --as not-done --evidence TEXT\(place)",
            "  recover abandon \(run) --why TEXT\(place)",
        ]
    }

    /// How the steps that were done can be taken back, the last one first.
    private static func undo(_ state: RunState) -> [String] {
        let offers = state.instances.reversed().compactMap { instance -> String? in
            guard instance.isDone || instance.ordinal > 0, let undo = instance.step.undo else {
                return nil
            }
            let values = state.values(for: instance)
            let words = undo.action.arguments.map { argument in
                if case .text(let text) = argument { Shell.quote(values.show(text)) } else { "…" }
            }
            return "  \(instance.id): \(words.joined(separator: " "))"
        }
        return offers.isEmpty ? [] : ["To take back by hand, in this order:"] + offers
    }
}
