internal import JSON
internal import RecoveryEngine

/// `recover plan … --probe`: asks every check of the plan once, and does
/// nothing.
enum PlanProbing {
    static func run(_ request: PlanRequest, _ site: Site) throws(Refusal) -> ExitCode {
        let binding = try request.choice.bound(site)
        let hands = try RunSession.hands(
            site, request.plan.estate, binding, request.secrets,
            Progress(PlainView(start: Clock.now())), directory: site.state + "/probe")
        Terminal.say("\nasked now; nothing was done")
        let isReady = Probe(request.plan, hands).run(tell)
        hands.finish()
        Terminal.say(
            isReady
                ? "\nA run could begin now."
                : "\nA run would not begin now: see the prerequisites above that do not hold.")
        return isReady ? .recovered : .notReady
    }

    private static func tell(_ line: Probe.Line) {
        let answer =
            switch line.finding.answer {
            case .holds: "holds      "
            case .fails: "fails      "
            case .cannotTell: "cannot tell"
            }
        let why = line.finding.answer == .holds ? "" : ": \(line.finding.why.prefix(300))"
        guard !Terminal.isForMachines else {
            let data: JSONValue = [
                "role": .string(line.role.rawValue), "id": .string(line.id),
                "answer": .string(line.finding.answer.rawValue), "why": .string(line.finding.why),
            ]
            return Terminal.emit(Record.of(at: Clock.now(), kind: "probe", data: data))
        }
        Terminal.say("  \(answer)  \(line.role.rawValue) \(line.id)\(why)")
    }
}
