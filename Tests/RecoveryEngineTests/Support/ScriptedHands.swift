import JSON
import RecoveryEngine
import Runbooks

/// Hands in a scripted world. Time is only what the script says: waiting
/// advances it, and nothing really waits.
final class ScriptedHands: Hands, Narrator {
    private(set) var scene: Scene
    /// Called before each commit and behind each entry, with the entries told so far.
    var beforeCommit: (Int, Scene) -> Void = { _, _ in }
    var afterEntry: (Int, Scene) -> Void = { _, _ in }
    var beforeAct: (Int, Scene, Act) -> Void = { _, _, _ in }
    /// How each act ends, if not well.
    var ending: Performed?
    /// What a person who is asked to agree says.
    var consent = Consent.given(by: ["user": "anna"], hostKey: nil)
    /// What the desired state would do.
    var preview = "1 created, 0 deleted"
    private(set) var performed: [Act] = []
    /// Attempts whose records were removed.
    private(set) var forgotten: [String] = []
    /// Kinds of the entries of each commit, joined by `+`.
    private(set) var commits: [String] = []
    private(set) var hostKeys: [String: String] = [:]
    private var underWay: [(attempt: String, performed: Performed)] = []
    /// The most acts that were under way together.
    private(set) var mostAtOnce = 0
    /// Entries that could not be written.
    private(set) var lost: [JSONValue] = []
    /// How long the engine said it would ask nothing, and why.
    private(set) var pauses: [String] = []
    private var entries: Int
    private var sleeps = 0
    private var ends: [String: Exit] = [:]
    /// The attempts in doubt, and until when something of each lives.
    private var doubts: [String: (doubt: Doubt, aliveUntil: Int)] = [:]

    static let settle = 75_000

    /// `entries` stand in the journal already.
    init(_ scene: Scene, entries: Int = 0) {
        self.scene = scene
        self.entries = entries
    }

    /// Takes the world up after a crash with each act in its doubt, `gap` ms on.
    func takeUp(_ acts: [(act: Act, doubt: Doubt)], gap: Int) {
        if acts.contains(where: \.doubt.isRebooted) {
            scene.boot = "boot-2"
            scene.monotonic = 30_000_000_000
        }
        for (act, doubt) in acts where doubt.effect == .landed { scene.land(act) }
        scene.advance(milliseconds: gap)
        for (act, doubt) in acts { takeUp(act, doubt) }
    }

    private func takeUp(_ act: Act, _ doubt: Doubt) {
        // Later is within the time an effect in flight may need, and no sooner than most of it.
        let isAlive = doubt.child == .alive
        if doubt.effect == .later {
            scene.pending.append((scene.wall + (isAlive ? 200_000 : 60_000), act))
        }
        doubts[act.attempt] = (doubt, scene.wall + (isAlive ? 215_000 : 0))
    }

    /// Somebody else changes the world.
    func change(_ change: (any ScriptedWorld) -> any ScriptedWorld) {
        scene.world = change(scene.world)
    }

    /// Everything that is on its way arrives.
    func drain() { scene.advance(milliseconds: 40 * 86_400_000) }

    func now() -> Moment { Moment(monotonic: scene.monotonic, wall: scene.wall, boot: scene.boot) }
    func sleep(_ duration: Duration) {
        sleeps += 1
        scene.advance(milliseconds: max(1, Int(duration / .milliseconds(1))))
    }
    func ask(_ request: Request, deadline: Duration) -> Reply {
        if case .desiredState(let subject, _, _, _) = request {
            let text = subject == .deletions ? "" : preview
            return .ran(.exited(0), stdout: Array(text.utf8), stderr: [])
        }
        return scene.world.answer(request, at: scene.wall)
    }
    func identity(cluster: String) -> Finding { Finding(.holds, "it is the cluster") }
    func lock(attempt: String) -> String? { nil }
    func hostBoot(_ node: String) -> Finding { Finding(.holds, "host-boot-1") }

    func perform(_ act: Act) -> Performed {
        beforeAct(entries, scene, act)
        performed.append(act)
        doubts[act.attempt] = nil
        ends[act.attempt] = .exited(0)
        let output = Array(scene.world.output(act).utf8)
        let delay = scene.world.delay(act)
        if delay == 0 { scene.land(act) } else { scene.pending.append((scene.wall + delay, act)) }
        return ending ?? .ended(.exited(0), stdout: output, stderr: [], descendants: nil)
    }

    /// Acts at once: what is started has its effect at once, its end is told later.
    func start(_ act: Act) {
        mostAtOnce = max(mostAtOnce, underWay.count + 1)
        underWay.append((act.attempt, perform(act)))
    }

    func ended(within limit: Duration) -> [(attempt: String, performed: Performed)] {
        // One at a time, the last first: the worst order there is.
        underWay.popLast().map { [$0] } ?? []
    }

    func evidence(of attempt: String, act: Act?, boot: String, hostBoot: String?) -> Evidence {
        guard let doubt = doubts[attempt] else {
            return ends[attempt].map { .ended($0) } ?? .neverStarted
        }
        switch doubt.doubt.child {
        case .neverStarted: return .neverStarted
        case .prevented: return .prevented
        case .alive: return scene.wall < doubt.aliveUntil ? .alive("keeper 1") : .ended(.exited(0))
        case .dead(let exit): return .ended(exit)
        }
    }

    func output(of attempt: String, act: Act) -> (stdout: [UInt8], stderr: [UInt8])? { nil }
    func forget(attempt: String, act: Act?) { forgotten.append(attempt) }

    func pin(source: String, after pins: Pins, attempt: String) -> Pinning {
        let url = "https://git.example.org/\(source)"
        return .pinned([
            "source": .string(source), "url": .string(url), "commit": "c1",
            "descends-from": .string(pins.at(url).last?.commit ?? "none"),
        ])
    }

    func approve(_ approval: Approval, question: String, target: String) -> Consent {
        consent
    }

    func confirm(attempt: String, question: String, rekey: String?) -> Consent {
        .given(by: "anna", hostKey: scene.world.confirm(at: scene.wall))
    }

    func adopt(hostKey: String, node: String) { hostKeys[node] = hostKey }
    func finish() {}
    /// An engine that waits without end is stopped, and does not recover.
    func stopReason() -> String? { sleeps > 30_000 ? "it waits without end" : nil }
    func reached(_ point: String) {
        guard point.hasPrefix("before ") else { return }
        commits.append(String(point.dropFirst("before ".count)))
        beforeCommit(entries, scene)
    }
    func mustStop() -> Bool { false }
    func settle(_ step: Duration?) -> Duration { step ?? .milliseconds(Self.settle) }

    func tell(_ event: Event, _ state: RunState, at moment: Moment) {
        entries += 1
        afterEntry(entries, scene)
    }

    func waiting(_ step: String, _ finding: Finding) {}
    func unrecorded(_ entry: JSONValue) { lost.append(entry) }
    func pausing(_ step: String, _ duration: Duration, _ why: String) { pauses.append(step) }
}
