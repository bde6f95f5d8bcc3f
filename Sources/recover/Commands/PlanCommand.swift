internal import Estates
internal import JSON
internal import RecoveryEngine
internal import Runbooks

/// `recover plan RUNBOOK --<parameter> <value> …`: shows everything, does nothing.
enum PlanCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        try CommandTable.checkParameters(of: invocation.words[1], invocation, site)
        let request = try PlanRequest(invocation.words[1], invocation, site)
        let plan = request.plan
        guard !Terminal.isForMachines else {
            // As the entry `began` will hold it.
            let data: JSONValue = ["digest": .string(plan.digest), "plan": plan.json]
            Terminal.emit(Record.of(at: Clock.now(), kind: "plan", data: data))
            return invocation.has("probe") ? try PlanProbing.run(request, site) : .recovered
        }
        Terminal.say("\(plan.runbook) \(plan.version) on \(plan.estate.name): \(plan.title)")
        Terminal.say(
            "changes: \(plan.targets.isEmpty ? "no node" : plan.targets.joined(separator: ", ")) "
                + "(\(plan.targets.count) of at most \(plan.maxTargets)); "
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
        return invocation.has("probe") ? try PlanProbing.run(request, site) : .recovered
    }

    private static func show(_ number: Int, _ step: Step) {
        Terminal.say("\(number). \(step.id): \(step.title.source)")
        if let each = step.each { Terminal.say("     for each \(each.name) of \(each.list)") }
        if let group = step.group {
            Terminal.say("     with others of \(group.name), at most \(group.atOnce) at once")
        }
        if let why = step.why { Terminal.say("     why: \(why.source)") }
        if let hazard = step.hazard { Terminal.say("     hazard: \(hazard.source)") }
        if step.approve > 0 { Terminal.say("     needs the approval of \(step.approve)") }
        for observation in step.observe {
            Terminal.say("     reads \(observation.name): \(Wording.words(observation.question))")
        }
        if let goal = step.goal { ask(goal, "goal") }
        if let check = step.guardCheck { ask(check, "guard") }
        if let action = step.action {
            Terminal.say("     does: \(Wording.words(action))")
            if let input = Wording.words(action.input) { Terminal.say("     reads: \(input)") }
        }
        let effect = step.effect == .derived ? "" : ", \(step.effect.rawValue)"
        let retry = step.retry.map { ", up to \($0.attempts) times, \(time($0.pause)) apart" } ?? ""
        Terminal.say("     within \(time(step.timeout))\(effect)\(retry)")
        for capture in step.capture { Terminal.say("     keeps: \(step.id).\(capture.name)") }
        if let undo = step.undo { Terminal.say("     undo: \(Wording.words(undo.action))") }
    }

    private static func time(_ duration: Duration) -> String {
        Span.brief(Int(duration / .milliseconds(1)))
    }

    private static func ask(_ check: Check, _ label: String = "asks") {
        for question in check.questions {
            Terminal.say("     \(label): \(Wording.words(question))")
        }
    }
}
