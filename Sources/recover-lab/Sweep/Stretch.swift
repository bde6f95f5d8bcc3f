import JSON

/// The part of a run from the beginning of one step to that of the next. Each
/// begins with a copy of journal and world.
struct Stretch: Hashable, Sendable {
    /// What stands before the first step.
    static let start = "(start)"

    /// The step it is about.
    let step: String
    /// The failpoints of the reference run that lie in it.
    var points: [String]
    /// Folder of the copy.
    var copy = ""
    /// Entries in the journal of that copy.
    var entries = 0
    /// Readiness of each machine's Node in that copy.
    var readiness: [String: String] = [:]
    /// What it changes in the world, as keys; see `ChangeCount`.
    var effects: [String] = []
    /// Its step must never happen twice.
    var isOnce = false

    init(step: String, points: [String]) {
        self.step = step
        self.points = points
    }

    /// Its step acts, rather than find that nothing is left to do or only note something.
    var isActing: Bool { points.contains("after intent") && !points.contains("noted") }
    /// Its step's child runs under a keeper.
    var hasChild: Bool { points.contains("before spawn") }

    /// Cuts the trace of a whole run, one `NUMBER NAME` a line, into stretches.
    static func all(trace: String) -> [Stretch] {
        var stretches = [Stretch(step: start, points: [])]
        for line in trace.split(separator: "\n") {
            guard let space = line.firstIndex(of: " ") else { continue }
            let name = String(line[line.index(after: space)...])
            if name.hasPrefix("begin ") {
                stretches.append(Stretch(step: String(name.dropFirst(6)), points: []))
            }
            stretches[stretches.count - 1].points.append(name)
        }
        return stretches
    }

    /// A resumed engine passes two around its entry before the step begins.
    private static func offset(_ index: Int) -> Int { index == 0 ? 1 : 3 }

    /// Every way to kill the engine in it. `index` is its place in the run.
    func killPoints(_ index: Int) -> [KillPoint] {
        var stored = index == 0 ? 0 : 1
        var found: [KillPoint] = []
        for (position, name) in points.enumerated() {
            stored += Stretch.entries(name)
            func point(_ keeperToo: Bool, _ hold: Hold?) -> KillPoint {
                KillPoint(
                    stretch: index, step: step, name: name, place: position + Stretch.offset(index),
                    keeperToo: keeperToo, hold: hold, acknowledged: stored)
            }
            found.append(point(false, nil))
            if name == "after spawn" || name == "after wait" { found.append(point(true, nil)) }
            if name == (hasChild ? "before spawn" : "after intent") {
                found += holds.map { point(false, $0) }
            }
        }
        return found
    }

    private var holds: [Hold] {
        guard isActing else { return [] }
        if hasChild { return Hold.ofChildren }
        return points.contains { $0.contains("pinned") } ? Hold.ofFetch : Hold.ofOperator
    }

    /// How many entries are surely stored when `name` is reached. An act's end
    /// and its verdict may come together or apart, so only one counts.
    private static func entries(_ name: String) -> Int {
        guard name.hasPrefix("after ") else { return 0 }
        return ["lock", "spawn", "wait"].contains(name.dropFirst(6)) ? 0 : 1
    }

    var json: JSONValue {
        [
            "step": .string(step), "points": .array(points.map(JSONValue.string)),
            "copy": .string(copy), "entries": .int(entries),
            "readiness": .object(readiness.mapValues(JSONValue.string)),
            "effects": .array(effects.map(JSONValue.string)), "once": .bool(isOnce),
        ]
    }

    init?(json: JSONValue) {
        guard let step = json["step"]?.string, let points = json["points"]?.array else {
            return nil
        }
        self.init(step: step, points: points.compactMap(\.string))
        copy = json["copy"]?.string ?? ""
        entries = json["entries"]?.int ?? 0
        readiness = (json["readiness"]?.object ?? [:]).compactMapValues(\.string)
        effects = json["effects"]?.array?.compactMap(\.string) ?? []
        isOnce = json["once"]?.bool ?? false
    }
}
