internal import RecoveryEngine

/// `recover abandon RUN --why TEXT`
enum AbandonCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        let choice = try RunChoice(invocation, site)
        guard let why = invocation["why"] else {
            throw Refusal(.usage, "--why says why the run is given up; it is kept for ever")
        }
        if let standing = choice.state.standing, standing.isEnd {
            Terminal.say("JR-DONE: run \(choice.run) has ended (\(standing.rawValue)) already")
            return .recovered
        }
        let session = try choice.session(invocation, site)
        let objection = try session.abandon(why)
        let state = session.state
        try session.close()
        if let objection {
            throw Refusal(
                .ownedByAnother,
                "\(objection); nobody may begin anew on this cluster before that ends\n"
                    + "To watch it: recover resume \(choice.run) --journal \(site.journal)")
        }
        Closing(choice.run, state, site).say(.recovered)
        return .recovered
    }
}
