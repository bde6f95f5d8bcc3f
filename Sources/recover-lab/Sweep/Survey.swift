import JSON
import LabHosts
import YAML

/// What is known of a runbook's drill before the first kill: the healthy
/// world, what a run changes, and a copy at the beginning of every step.
struct Survey {
    let healthy: JSONValue
    let skipped: JSONValue
    let reference: ChangeCount
    let stretches: [Stretch]
    /// What every lab is told.
    let base: JSONValue

    /// Makes it; `base` names runbook, estate and library.
    init(_ room: SweepRoom, base: JSONValue, once: Set<String>, say: (String) -> Void) throws {
        func ask(_ job: String, _ more: JSONValue, _ source: String?) throws -> JSONValue {
            var request = base
            request["job"] = .string(job)
            for (key, value) in more.object ?? [:] { request[key] = value }
            let answer = try room.ask(request, from: source, deadline: .seconds(1800))
            if let error = answer["error"]?.string { throw LabFailure(error) }
            return answer
        }
        let first = "\(room.root)/copies/0"
        let made = try ask("first", ["to": .string(first)], nil)
        healthy = made["healthy"] ?? [:]
        skipped = made["skipped"] ?? [:]
        say("simulated: the estate is healthy, and then it is not; a copy was taken")
        let known: JSONValue = ["healthy": healthy, "skipped": skipped]
        let run = try ask("reference", known, first)
        let whole = ChangeCount(json: run["changes"] ?? [:])
        let cut = Stretch.all(trace: run["trace"]?.string ?? "")
        say("without a kill: recovered, \(whole.total) changes, \(cut.count - 1) steps")
        var more = known
        more["stretches"] = .array(cut.map(\.json))
        more["reference"] = whole.json
        more["to"] = .string("\(room.root)/copies")
        let stopped = try ask("boundaries", more, first)
        // What an engine in the cluster did first in one of the two runs, a step did in the other.
        reference = whole.joined(with: ChangeCount(json: stopped["changes"] ?? [:]))
        stretches = (stopped["stretches"]?.array ?? []).compactMap { Stretch(json: $0) }
            .enumerated().map { index, stretch in
                var stretch = stretch
                if index == 0 { stretch.copy = first }
                stretch.isOnce = once.contains(Survey.declared(stretch.step, once))
                return stretch
            }
        say("a copy of journal and world was taken at each of \(stretches.count) boundaries")
        self.base = base
    }

    /// The step in the document: `retain` of `retain.1`.
    private static func declared(_ step: String, _ known: Set<String>) -> String {
        guard !known.contains(step), let dot = step.lastIndex(of: "."),
            Int(step[step.index(after: dot)...]) != nil
        else { return step }
        return String(step[..<dot])
    }

    /// Every kill point, numbered.
    var killPoints: [KillPoint] {
        var points = stretches.enumerated().flatMap { $1.killPoints($0) }
        for index in points.indices { points[index].number = index + 1 }
        return points
    }

    /// What the lab of one kill point is asked.
    func request(_ point: KillPoint) -> JSONValue {
        var request = base
        request["job"] = "point"
        request["point"] = point.json
        request["stretch"] = stretches[point.stretch].json
        request["reference"] = reference.json
        request["healthy"] = healthy
        request["skipped"] = skipped
        return request
    }

    /// Steps of `runbook` that must never happen twice, with those of the
    /// fragments it includes.
    static func once(_ runbook: String, _ library: Library) throws -> Set<String> {
        let document = try YAMLParser.parse(
            try SourceFile.read(path: "\(library.root)/runbooks/\(runbook).yaml")
        ).json
        var found: Set<String> = []
        for step in document["steps"]?.array ?? [] {
            let id = step["id"]?.string ?? ""
            if step["effect"]?.string == "once" { found.insert(id) }
            guard let fragment = step["include"]?.string else { continue }
            let path = "\(library.root)/runbooks/fragments/\(fragment).yaml"
            let steps = try YAMLParser.parse(try SourceFile.read(path: path)).json["steps"]
            for step in steps?.array ?? [] where step["effect"]?.string == "once" {
                found.insert("\(id).\(step["id"]?.string ?? "")")
            }
        }
        return found
    }
}
