internal import Estates
internal import RecoveryEngine
internal import Runbooks

/// `recover status [RUN]`
enum StatusCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        try invocation.allow(Site.options, for: "status")
        let choice = try RunChoice(invocation, site)
        let state = choice.state
        Terminal.say(
            "run \(choice.run): \(state.plan?.runbook ?? "") \(state.plan?.version ?? "") "
                + "on \(state.plan?.estate.name ?? "")"
        )
        for instance in state.instances {
            let mark =
                instance.isDone
                ? "done"
                : instance.open != nil ? "open" : instance.id == state.current?.id ? "next" : "    "
            Terminal.say(
                "  \(mark)  \(instance.id): \(state.values(for: instance).show(instance.step.title))"
            )
        }
        Closing.say(choice.run, state, state.standing?.exitCode ?? .internalError, site)
        return .recovered
    }
}
