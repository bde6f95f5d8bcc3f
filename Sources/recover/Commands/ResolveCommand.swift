internal import Digest
internal import Effects
internal import Estates
internal import RecoveryEngine
internal import Runbooks
internal import YAML

/// `recover resolve RUN STEP --as done|not-done|left --evidence TEXT`, and for a node
/// nobody can see the power of, `--approver NAME --signature FILE`
enum ResolveCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        let choice = try RunChoice(invocation, site)
        let step = invocation.words[2]
        guard let word = invocation["as"], let resolution = Resolution(rawValue: word) else {
            throw Refusal(.usage, "--as is done, not-done or left")
        }
        guard let evidence = invocation["evidence"] else {
            throw Refusal(.usage, "RS-EVIDENCE: --evidence says how you know; it is kept for ever")
        }
        let steps = choice.state.instances.map(\.id) + [choice.state.undo?.id].compactMap { $0 }
        guard steps.contains(step) else {
            throw Refusal(
                .humanNeeded,
                "RS-STATE: run \(choice.run) has no step '\(step)'"
                    + "\(NearestName.hint(step, among: steps))\n"
                    + "To see where it stands: recover status \(choice.run) --journal \(site.journal)"
            )
        }
        var words = evidence
        if resolution == .done, choice.state.reasonStep == step, asksPower(choice.state) {
            words += "\n" + (try secondPerson(choice, step, evidence, site))
        }
        let session = try choice.session(invocation, site)
        let objection = try session.resolve(step, as: resolution, evidence: words)
        try session.close()
        if let objection {
            throw Refusal(
                .humanNeeded,
                "\(objection)\nTo see where it stands: recover status \(choice.run) "
                    + "--journal \(site.journal)")
        }
        Terminal.say(
            "Written down. To go on: recover resume \(choice.run) --journal \(site.journal)")
        return .recovered
    }

    /// Two writers on one volume corrupt it: that a node is off, and nobody can
    /// measure it, takes two persons.
    private static func asksPower(_ state: RunState) -> Bool {
        state.current?.step.goal?.questions.contains {
            if case .prove(.poweredOff) = $0 { true } else { false }
        } ?? false
    }

    private static func secondPerson(
        _ choice: RunChoice, _ step: String, _ evidence: String, _ site: Site
    ) throws(Refusal) -> String {
        guard let plan = choice.state.plan else { return "" }
        let binding = try EstateChoice(site, plan.estate.name).bound(site)
        let line = [
            SecondPerson.namespace, choice.run, step, "done", SHA256.hex(evidence), plan.digest,
        ].joined(separator: " ")
        let folder = site.journal + "/work"
        if let second = try site.second(binding),
            let armour = second.signed(
                line + "\n", toolbox: Toolbox(path: site.path), directory: folder)
        {
            return "second person: \(second.name)\n\(armour)"
        }
        let command =
            "recover resolve \(choice.run) \(step) --as done --evidence "
            + "\(Shell.quote(evidence)) --journal \(site.journal)"
        throw Refusal(
            .humanNeeded,
            "AP-TWO: this takes two persons: you, and\n"
                + SecondPerson.howTo("echo '\(line)' > statement", then: command))
    }
}
