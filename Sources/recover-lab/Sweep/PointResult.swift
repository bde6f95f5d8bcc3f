import JSON

/// What came of one kill point.
struct PointResult: Hashable, Sendable {
    /// Where the run stood in the end, as `recover journal list` says it.
    var standing = ""
    /// Changes beyond those of a run without a kill: key and how many more.
    var doubles: [String: Int] = [:]
    /// Entries that were stored and are not there any more, or not as they were.
    var lost = 0
    /// It stood at `unknown`, and whether it had to.
    var isUnknown = false, isPredicted = false
    /// What is not as it should be.
    var problems: [String] = []
    /// The journal's last entries and the program's last words; of bad ones only.
    var tail: [String] = []
    var milliseconds = 0

    /// Nothing to complain about.
    var isGood: Bool {
        doubles.isEmpty && lost == 0 && problems.isEmpty && isUnknown == isPredicted
    }

    /// Everything to complain about, one a line.
    var complaints: [String] {
        var lines = doubles.sorted { $0.key < $1.key }.map { "double effect (\($1) more): \($0)" }
        if lost > 0 { lines.append("lost entries: \(lost)") }
        if isUnknown != isPredicted {
            lines.append(isUnknown ? "unknown without need" : "should be unknown and is not")
        }
        return lines + problems
    }

    init() {}

    init(problem: String) { problems = [problem] }

    var json: JSONValue {
        [
            "standing": .string(standing), "doubles": .object(doubles.mapValues(JSONValue.int)),
            "lost": .int(lost), "unknown": .bool(isUnknown), "predicted": .bool(isPredicted),
            "problems": .array(problems.map(JSONValue.string)),
            "tail": .array(tail.map(JSONValue.string)),
        ]
    }

    init(json: JSONValue) {
        standing = json["standing"]?.string ?? ""
        doubles = (json["doubles"]?.object ?? [:]).compactMapValues(\.int)
        lost = json["lost"]?.int ?? 0
        isUnknown = json["unknown"]?.bool ?? false
        isPredicted = json["predicted"]?.bool ?? false
        problems = json["problems"]?.array?.compactMap(\.string) ?? []
        tail = json["tail"]?.array?.compactMap(\.string) ?? []
        if let error = json["error"]?.string { problems.append(error) }
    }
}
