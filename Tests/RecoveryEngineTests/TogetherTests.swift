import JSON
import Testing

@testable import RecoveryEngine

/// Steps worked on at the same time, from their list to their verdicts.
@Suite struct `Steps at once` {
    private static let hosts = (1...5).map { "h\($0)" }

    private struct Outcome {
        let exit: ExitCode
        let state: RunState
        let hands: ScriptedHands
    }

    /// Five steps over a list fact, at most three at once, then one more.
    private func run(
        _ members: [String: JSONValue] = [:], _ set: (ScriptedHands) -> Void = { _ in },
        again: ((ScriptedHands) -> Void)? = nil
    ) throws -> Outcome {
        let hands = ScriptedHands(Scene(GroupWorld()))
        set(hands)
        let folder = try TemporaryFolder()
        let engine = try Engine(
            run: Recording.run, journal: try Recording.journal(folder), hands: hands,
            narrator: hands)
        var exit = try engine.begin(try GroupWorld.plan(members))
        if let again {
            again(hands)
            exit = try engine.resume()
        }
        return Outcome(exit: exit, state: engine.state, hands: hands)
    }

    @Test func `are at most as many as the step allows, and all are done`() throws {
        let outcome = try run()
        #expect(outcome.exit == .recovered)
        #expect(outcome.hands.mostAtOnce == 3)
        #expect(outcome.hands.performed.count == 6)
        #expect(outcome.hands.performed.last?.attempt == "run-1-last-1")
        #expect(outcome.hands.forgotten.count == 6)
    }

    @Test func `share their commits`() throws {
        let outcome = try run(["effect": "repeatable", "goal": .null])
        #expect(outcome.hands.commits[2] == "intent+intent+intent")
        #expect(outcome.hands.commits.contains("exited+verdict+intent"))
    }

    @Test func `let what is on its way land when one fails, and begin no other`() throws {
        let outcome = try run([:]) { hands in hands.change { $0.refusing("h2") } }
        #expect(outcome.exit == .stepFailed)
        #expect(outcome.state.standing == .failed)
        // h3 ends first, h2 next: h1 was on its way, one more may have begun.
        #expect(outcome.state.instance("stop.1")?.isDone == true)
        #expect(outcome.state.instance("stop.2")?.hasFailed == true)
        #expect(outcome.state.instances.allSatisfy { $0.open == nil })
        #expect(outcome.state.instance("last")?.ordinal == 0)
    }

    @Test func `stop as unknown when one is unknown, though another failed`() throws {
        let outcome = try run(["effect": "once"]) { hands in hands.change { $0.refusing("h2") } }
        #expect(outcome.exit == .humanNeeded)
        #expect(outcome.state.standing == .unknown)
        #expect(outcome.state.instance("stop.2")?.open != nil)
    }

    @Test func `go on with those that are left once the failed one is tried again`() throws {
        let outcome = try run([:]) { hands in
            hands.change { $0.refusing("h2") }
        } again: { hands in
            hands.change { $0.refusing("") }
        }
        #expect(outcome.exit == .recovered)
        #expect(outcome.hands.performed.filter { $0.attempt.contains("stop--1-") }.count == 1)
    }

    @Test(.timeLimit(.minutes(10)))
    func `are settled when all that is under way can no longer be seen`() throws {
        let outcome = try run([:]) { hands in
            hands.ending = .lost("the connection broke")
            hands.change { $0.refusing("h2") }
        }
        #expect(outcome.exit != .recovered)
        #expect(outcome.state.instance("stop.1")?.isDone == true, "its goal holds")
        #expect(outcome.state.instance("stop.3")?.isDone == true, "its goal holds")
        #expect(outcome.state.instance("stop.2")?.isDone == false)
    }

    @Test func `are tried again by themselves as often as they may`() throws {
        let outcome = try run(["retry": ["attempts": 3, "pause": "1s"]]) { hands in
            hands.change { $0.refusing("h2") }
        }
        #expect(outcome.exit == .stepFailed)
        #expect(outcome.hands.performed.filter { $0.attempt.contains("stop--2-") }.count == 3)
        // Never behind one failure alone: the effect may still be on its way.
        #expect(outcome.hands.pauses.filter { $0 == "stop.2" }.count == 2)
    }
}

/// Hosts of which each can be stopped, and some refuse.
struct GroupWorld: ScriptedWorld {
    private var stopped: Set<String> = []
    private var refused = ""

    static func plan(_ members: [String: JSONValue] = [:]) throws -> Plan {
        let yes: JSONValue = ["stdout": ["equals": "yes"]]
        var steps: [JSONValue] = (1...5).map { number in
            var step: JSONValue = [
                "id": .string("stop.\(number)"), "title": "Stop", "timeout": "30s",
                "among": ["of": "stop", "at-once": 3],
                "do": ["run": ["stop", .string("h\(number)")]],
                "goal": ["run": ["is", .string("h\(number)")], "expect": yes],
            ]
            for (key, value) in members { step[key] = value == .null ? nil : value }
            return step
        }
        steps.append([
            "id": "last", "title": "Last", "timeout": "30s", "do": ["run": ["stop", "all"]],
            "goal": ["run": ["is", "all"], "expect": yes],
        ])
        return try Plan(json: ["estate": ["name": "e"], "steps": .array(steps)])
    }

    var fingerprint: String { "\(stopped.sorted())" }
    func delay(_ act: Act) -> Int { 0 }
    func output(_ act: Act) -> String { "" }
    mutating func confirm(at wall: Int) -> String? { nil }

    func with(refused host: String) -> GroupWorld {
        var world = self
        world.refused = host
        return world
    }

    mutating func land(_ act: Act, at wall: Int) -> Bool {
        guard case .run(let words) = act.deed, words[1] != refused else { return false }
        stopped.insert(words[1])
        return true
    }

    func answer(_ request: Request, at wall: Int) -> Reply {
        guard case .run(let words) = request else { return .cannot("this world has no \(request)") }
        let said = stopped.contains(words[1]) ? "yes" : "no"
        return .ran(.exited(0), stdout: Array(said.utf8), stderr: [])
    }
}

extension ScriptedWorld {
    /// The same world in which nothing done to `host` has an effect.
    func refusing(_ host: String) -> any ScriptedWorld {
        (self as? GroupWorld)?.with(refused: host) ?? self
    }
}
