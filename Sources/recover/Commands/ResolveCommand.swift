internal import RecoveryEngine

/// `recover resolve RUN STEP --as done|not-done --evidence TEXT`
enum ResolveCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        try invocation.allow(Site.options + ["as", "evidence"], for: "resolve")
        let choice = try RunChoice(invocation, site)
        guard invocation.words.count == 3 else {
            throw Refusal(
                .usage, "Type: recover resolve RUN STEP --as done|not-done --evidence TEXT")
        }
        let step = invocation.words[2]
        guard let word = invocation["as"], word == "done" || word == "not-done" else {
            throw Refusal(.usage, "--as is done or not-done")
        }
        guard let evidence = invocation["evidence"], evidence != "true" else {
            throw Refusal(.usage, "RS-EVIDENCE: --evidence says how you know; it is kept for ever")
        }
        let event = Event.resolved(step: step, done: word == "done", evidence: evidence)
        let standing = choice.state.standing
        guard standing == .unknown || standing == .waiting, choice.state.reasonStep == step else {
            throw Refusal(
                .humanNeeded,
                "RS-STATE: step '\(step)' is neither unknown nor waiting; see recover status \(choice.run)"
            )
        }
        let session = try choice.session(invocation, site)
        try session.write(event)
        try session.close()
        Terminal.say(
            "Written down. To go on: recover resume \(choice.run) --journal \(site.journal)")
        return .recovered
    }
}
