import JSON
import RecoveryEngine

/// A simulated world at the engine's port: a value, so that a copy of it is
/// the world at a moment.
protocol ScriptedWorld {
    /// Everything that can differ, for comparing two moments.
    var fingerprint: String { get }
    /// Milliseconds from the act to its effect when nothing goes wrong.
    func delay(_ act: Act) -> Int
    /// Lets `act` take effect; false when the world refuses it.
    mutating func land(_ act: Act, at wall: Int) -> Bool
    /// What `act` prints.
    func output(_ act: Act) -> String
    func answer(_ request: Request, at wall: Int) -> Reply
    /// A person does what they are asked for; the new machine's host key.
    mutating func confirm(at wall: Int) -> String?
}

/// The world at one moment, with what is still on its way.
struct Scene {
    var world: any ScriptedWorld
    /// Milliseconds since 1970: the world's time.
    var wall = 1_700_000_000_000
    /// Nanoseconds since boot: the engine's time.
    var monotonic = 5_000_000_000_000
    var boot = "boot-1"
    /// Acts whose effect comes later.
    var pending: [(due: Int, act: Act)] = []
    /// How often each step took effect.
    private(set) var landings: [String: Int] = [:]

    init(_ world: any ScriptedWorld) { self.world = world }

    /// Time passes, and what is due takes effect.
    mutating func advance(milliseconds: Int) {
        monotonic += milliseconds * 1_000_000
        let end = wall + milliseconds
        while let next = pending.indices.min(by: { pending[$0].due < pending[$1].due }),
            pending[next].due <= end
        {
            let (due, act) = pending.remove(at: next)
            wall = max(wall, due)
            land(act)
        }
        wall = end
    }

    mutating func land(_ act: Act) {
        if world.land(act, at: wall) { landings[act.step, default: 0] += 1 }
    }

    func isSame(as other: Scene) -> Bool {
        world.fingerprint == other.world.fingerprint && landings == other.landings
    }
}

extension Act {
    /// The attempt's name without its ordinal: one for all attempts of a step.
    var step: String { attempt.split(separator: "-").dropLast().joined(separator: "-") }
}
