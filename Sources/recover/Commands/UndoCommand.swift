internal import Journal
internal import RecoveryEngine

/// `recover undo [RUN] [STEP]`: takes the step back, or the last one that can
/// be.
enum UndoCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        let choice = try RunChoice(invocation, site)
        if choice.state.standing?.isEnd == true {
            throw Refusal(
                .usage,
                "JR-DONE: run \(choice.run) has ended; what it did stands and is undone by hand")
        }
        guard let step = invocation.words.dropFirst(2).first ?? choice.state.undoable.first else {
            throw Refusal(.usage, "RS-UNDO: no step of this run that was tried can be taken back")
        }
        if let objection = choice.state.objection(to: .undoing(step: step)) {
            throw Refusal(.usage, "RS-UNDO: \(objection)")
        }
        let session = try choice.session(invocation, site, withSecrets: true)
        return try session.watched { session throws(Refusal) in try session.undo(step) }
    }
}
