import JSON
import RecoveryEngine

/// A world with one thing to bring about, and questions that can go wrong:
/// `[goal]`, `[guard]` and `[uid]`.
struct SingleWorld: ScriptedWorld {
    /// Whether acting brings it about.
    var works = true
    /// Exit code of the question for the goal, before and after the act.
    var goalExit: [Int32] = [0, 0]
    var guardSays = "yes"
    var uid = "u1"
    private var isThere = false

    init() {}

    /// The same world with another thing under the old name.
    func renamed(_ uid: String) -> SingleWorld {
        var world = self
        world.uid = uid
        return world
    }

    var fingerprint: String { "\(isThere)" }
    func delay(_ act: Act) -> Int { 0 }
    func output(_ act: Act) -> String { "" }
    mutating func confirm(at wall: Int) -> String? { nil }

    mutating func land(_ act: Act, at wall: Int) -> Bool {
        isThere = works
        goalExit[0] = goalExit[1]
        return works
    }

    func answer(_ request: Request, at wall: Int) -> Reply {
        let said: String
        switch request {
        case .run(["goal"]): said = isThere ? "yes" : "no"
        case .run(["guard"]), .run(["guard", Recording.run]): said = guardSays
        case .run(["uid"]): said = uid
        default: return .cannot("this world has no \(request)")
        }
        let exit = request == .run(["goal"]) ? goalExit[0] : 0
        return .ran(.exited(exit), stdout: Array(said.utf8), stderr: [])
    }
}
