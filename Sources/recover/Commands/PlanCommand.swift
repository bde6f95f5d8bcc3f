internal import Estates
internal import JSON
internal import RecoveryEngine
internal import Runbooks

/// `recover plan RUNBOOK --<parameter> <value> …`: shows everything, does nothing.
enum PlanCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        guard invocation.words.count == 2 else {
            throw Refusal(.usage, "Type: recover plan RUNBOOK --<parameter> <value> …")
        }
        let request = try PlanRequest(invocation.words[1], invocation, site)
        let plan = request.plan
        Terminal.say("\(plan.runbook) \(plan.version) on \(plan.estate.name): \(plan.title)")
        Terminal.say(
            "changes: \(plan.targets.joined(separator: ", ")); "
                + "clusters: \(plan.clusters.joined(separator: ", "))"
        )
        for path in request.choice.invented where !path.isEmpty {
            Terminal.say("invented by the lab: \(path)")
        }
        Terminal.say("\nbefore the first change")
        for item in plan.prerequisites {
            Terminal.say("  \(item.id): \(item.title.source)")
            ask(item.check)
        }
        Terminal.say("\nsteps")
        for (number, step) in plan.steps.enumerated() { show(number + 1, step) }
        Terminal.say("\nrecovered when")
        for item in plan.recovered {
            Terminal.say("  \(item.id): \(item.title.source)")
            ask(item.check)
        }
        Terminal.say("\nplan \(plan.digest)")
        return .recovered
    }

    private static func show(_ number: Int, _ step: Step) {
        Terminal.say("\(number). \(step.id): \(step.title.source)")
        if let each = step.each { Terminal.say("     for each \(each.name) of \(each.list)") }
        if let hazard = step.hazard { Terminal.say("     hazard: \(hazard.source)") }
        if step.approve > 0 { Terminal.say("     needs the approval of \(step.approve)") }
        for observation in step.observe {
            Terminal.say("     reads \(observation.name): \(words(observation.question))")
        }
        if let goal = step.goal { ask(goal, "goal") }
        if let check = step.guardCheck { ask(check, "guard") }
        if let action = step.action { Terminal.say("     does: \(words(action))") }
        let effect = step.effect == .derived ? "" : ", \(step.effect.rawValue)"
        Terminal.say("     within \(step.timeout)\(effect)")
    }

    private static func ask(_ check: Check, _ label: String = "asks") {
        for question in check.questions { Terminal.say("     \(label): \(words(question))") }
    }

    private static func words(_ question: Question) -> String {
        switch question {
        case .run(let run): words(run)
        case .ssh(let host, let run): "ssh \(host.source) \(words(run))"
        case .kubectl(let at, let run): "kubectl [\(at.source)] \(words(run))"
        case .prove(.poweredOff(let node)): "is \(node.source) powered off?"
        case .prove(.nodesReady(let cluster)):
            "is every node of \(cluster.source) as the inventory has it?"
        case .attempt: "how the attempt ended"
        }
    }

    private static func words(_ action: Action) -> String {
        switch action {
        case .run(let run, _): words(run)
        case .ssh(let host, let run, _): "ssh \(host.source) \(words(run))"
        case .kubectl(let at, let run, _): "kubectl [\(at.source)] \(words(run))"
        case .ask(let rekey):
            rekey.map { "asks a person, and for the new host key of \($0.source)" }
                ?? "asks a person"
        case .note: "writes it down"
        case .pin(let source): "fetches \(source.source), proves and pins it"
        }
    }

    private static func words(_ arguments: [Argument]) -> String {
        arguments.map { argument in
            switch argument {
            case .text(let text): Shell.quote(text.source)
            case .json(let value): Shell.quote(value.text)
            case .spread(let list): "{\(list)…}"
            }
        }.joined(separator: " ")
    }
}
