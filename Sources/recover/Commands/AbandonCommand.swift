internal import Effects
internal import RecoveryEngine

/// `recover abandon RUN --why TEXT`
enum AbandonCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        try invocation.allow(Site.options + ["why"], for: "abandon")
        let choice = try RunChoice(invocation, site)
        guard let why = invocation["why"], why != "true" else {
            throw Refusal(.usage, "--why says why the run is given up; it is kept for ever")
        }
        if let standing = choice.state.standing, standing.isEnd {
            Terminal.say("JR-DONE: run \(choice.run) has ended (\(standing.rawValue)) already")
            return .recovered
        }
        if let open = choice.state.current?.open,
            AttemptLock.isHeld(directory: site.journal, attempt: open.attempt)
        {
            throw Refusal(
                .ownedByAnother,
                "attempt \(open.attempt) still runs; nobody may begin anew on this cluster before it ends\n"
                    + "To watch it: recover resume \(choice.run) --journal \(site.journal)")
        }
        let session = try choice.session(invocation, site)
        try session.write(.abandoned(why: why))
        let state = session.state
        try session.close()
        Closing.say(choice.run, state, .recovered, site)
        return .recovered
    }
}
