internal import JSON
internal import Runbooks

/// Several steps of one group at the same time.
///
/// This task asks, decides and records; only the acts themselves overlap. What
/// has ended and what begins next are written in one commit.
extension Engine {
    /// An attempt that was started.
    private struct Flight {
        let ready: Ready
        let act: Act
        let began: Int
    }

    /// An act that has ended, and whose goal is asked until it holds.
    private struct Landing {
        let flight: Flight
        let exit: Exit
        let exited: Exited
        let stdout: [UInt8]
        let descendants: String?
        /// When its goal is asked next, ns on the boot clock.
        var next: Int
        var pause = Duration.milliseconds(100)
    }

    /// What is on its way, and what is still to begin.
    private struct Traffic {
        var waiting: [(id: String, notBefore: Int)]
        var flights: [String: Flight] = [:]
        var landings: [Landing] = []
        /// Started where they can no longer be seen.
        var lost: [Flight] = []
        /// Facts that wait for the next commit, and what follows it.
        var events: [Event] = []
        var ended: [(flight: Flight, isClean: Bool)] = []

        var count: Int { flights.count + landings.count + lost.count }
    }

    func together(_ group: [StepInstance], atOnce most: Int) throws(Fault) -> Turn {
        var traffic = Traffic(waiting: group.map { ($0.id, 0) })
        while true {
            let begun = try fill(&traffic, most)
            try commit(&traffic, begun)
            for ready in begun { start(ready, &traffic) }
            let isOver = state.standing != .running || hands.stopReason() != nil
            let isFull = traffic.lost.count >= most
            if traffic.count == traffic.lost.count, isOver || isFull || traffic.waiting.isEmpty {
                break
            }
            collect(&traffic)
        }
        try commit(&traffic, [])
        for flight in traffic.lost {
            _ = try settle(flight.ready.instance, flight.ready.intent, isLive: true)
        }
        return state.standing == .running ? .go : .stop(state.standing?.exitCode ?? .internalError)
    }

    /// As many more attempts as there is room for, ready to begin.
    private func fill(_ traffic: inout Traffic, _ most: Int) throws(Fault) -> [Ready] {
        // What stops the run is known before anything else begins.
        if traffic.events.contains(where: \.stopsTheRun) { try commit(&traffic, []) }
        var begun: [Ready] = []
        while traffic.count + begun.count < most, state.standing == .running,
            hands.stopReason() == nil,
            let index = traffic.waiting.firstIndex(where: { $0.notBefore <= hands.now().monotonic })
        {
            let id = traffic.waiting.remove(at: index).id
            guard let instance = state.instance(id) else { continue }
            hands.reached("begin \(id)")
            // What has ended is not kept waiting for questions.
            if instance.step.asksFirst { try commit(&traffic, begun: &begun) }
            var ready: Ready?
            _ = try prepare(instance, &ready)
            if let ready { begun.append(ready) }
        }
        // Something stopped the run while they were made ready: nothing of them
        // is written, so nothing of them has begun.
        return state.standing == .running ? begun : []
    }

    private func commit(_ traffic: inout Traffic, begun: inout [Ready]) throws(Fault) {
        try commit(&traffic, begun)
        for ready in begun { start(ready, &traffic) }
        begun = []
    }

    private func commit(_ traffic: inout Traffic, _ begun: [Ready]) throws(Fault) {
        try record(traffic.events + begun.map { .intent($0.intent) })
        traffic.events = []
        for (flight, isClean) in traffic.ended {
            let open = state.instance(flight.ready.instance.id)?.open
            if open?.attempt == flight.act.attempt { continue }
            hands.forget(attempt: flight.act.attempt, act: isClean ? flight.act : nil)
        }
        traffic.ended = []
    }

    private func start(_ ready: Ready, _ traffic: inout Traffic) {
        guard let act = act(ready.instance.step, ready.intent, ready.values) else {
            traffic.events += notStarted(ready.instance, ready.intent, "the action cannot be bound")
            return
        }
        traffic.flights[act.attempt] = Flight(
            ready: ready, act: act, began: hands.now().monotonic)
        hands.start(act)
    }

    /// Waits for something to end or for a goal to be asked.
    private func collect(_ traffic: inout Traffic) {
        let now = hands.now().monotonic
        let next =
            traffic.landings.map(\.next) + traffic.waiting.map(\.notBefore).filter { $0 > now }
        let limit = min(next.min().map { max(0, $0 - now) } ?? 1_000_000_000, 1_000_000_000)
        if traffic.flights.isEmpty { hands.sleep(.nanoseconds(limit)) }
        for (attempt, performed) in hands.ended(within: .nanoseconds(limit)) {
            guard let flight = traffic.flights.removeValue(forKey: attempt) else { continue }
            land(flight, performed, &traffic)
        }
        askLandings(&traffic)
    }

    private func land(_ flight: Flight, _ performed: Performed, _ traffic: inout Traffic) {
        let instance = flight.ready.instance, intent = flight.ready.intent
        switch performed {
        case .notStarted(let why):
            close(flight, notStarted(instance, intent, why), isClean: true, &traffic)
        case .lost:
            traffic.lost.append(flight)
        case .ended(let exit, let stdout, let stderr, let descendants):
            let exited = exited(intent, exit, stdout, stderr, silent: flight.act.isSilent)
            if instance.step.goal == nil {
                let record = judgeExit(instance, intent, exit, exited, stdout, descendants)
                close(
                    flight, [.exited(exited), .verdict(record)], isClean: descendants == nil,
                    &traffic)
                return
            }
            traffic.landings.append(
                Landing(
                    flight: flight, exit: exit, exited: exited, stdout: stdout,
                    descendants: descendants, next: 0))
        }
    }

    private func askLandings(_ traffic: inout Traffic) {
        let landings = traffic.landings
        traffic.landings = []
        for var landing in landings {
            let ready = landing.flight.ready, step = ready.instance.step
            guard landing.next <= hands.now().monotonic, let goal = step.goal else {
                traffic.landings.append(landing)
                continue
            }
            let finding = ask(goal, ready.values, of: ready.instance, last: landing.exited)
            let now = hands.now().monotonic
            let isLate = now >= end(step.timeout, from: landing.flight.began) || hands.mustStop()
            if finding.answer == .holds || isLate {
                let record = judge(
                    ready.instance, ready.intent, finding, landing.exit, landing.stdout,
                    landing.descendants)
                var events: [Event] = [.verdict(record)]
                if landing.next == 0 { events.insert(.exited(landing.exited), at: 0) }
                close(landing.flight, events, isClean: landing.descendants == nil, &traffic)
                continue
            }
            // The end is written once, before the goal is waited for.
            if landing.next == 0 { traffic.events.append(.exited(landing.exited)) }
            narrator.waiting(ready.instance.id, finding)
            landing.next = now + Int(landing.pause / .nanoseconds(1))
            landing.pause = min(landing.pause * 3 / 2, .seconds(3))
            traffic.landings.append(landing)
        }
    }

    private func close(
        _ flight: Flight, _ events: [Event], isClean: Bool, _ traffic: inout Traffic
    ) {
        traffic.events += events
        traffic.ended.append((flight, isClean))
        guard case .verdict(let record)? = events.last, record.verdict == .absent else { return }
        let pause = flight.ready.instance.step.retry?.pause ?? .zero
        traffic.waiting.append(
            (flight.ready.instance.id, hands.now().monotonic + Int(pause / .nanoseconds(1))))
    }
}

extension Event {
    /// Behind it nothing may begin.
    fileprivate var stopsTheRun: Bool {
        guard case .verdict(let record) = self else { return false }
        return record.verdict == .failed || record.verdict == .unknown
    }
}

extension Step {
    /// Something is asked before the intent.
    var asksFirst: Bool {
        guard observe.isEmpty, goal == nil, guardCheck == nil else { return true }
        if case .run = action { return false }
        return true
    }
}
