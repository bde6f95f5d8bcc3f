import Glibc
import JSON
import LabCluster
import LabHosts

/// `recover-lab sweep-part FILE`: one life of a lab, for the sweep that asked
/// for it. It ends with its standard input, so it never outlives the sweep.
struct SweepPart {
    private let request: JSONValue
    private let place: LabPlace
    private let runbook: String

    /// - Parameter words: the file with the request; the answer goes into the
    ///   file the request names.
    static func run(_ words: [String]) throws -> Int32 {
        guard words.count == 1, let bytes = Disk.read(words[0]) else {
            throw UsageError("sweep-part is started by recover-lab sweep")
        }
        let request = try JSONValue(parsing: bytes)
        guard let answer = request["answer"]?.string else {
            throw InputError("no answer is asked for")
        }
        do {
            let part = try SweepPart(request)
            try part.enter()
            try Disk.write(answer, try part.answer().text)
        } catch let error as NamespaceRefusal {
            throw error
        } catch {
            try Disk.write(
                answer, JSONValue(dictionaryLiteral: ("error", .string("\(error)"))).text)
        }
        // Not `exit`: threads of the world still run.
        _exit(0)
    }

    private init(_ request: JSONValue) throws {
        func text(_ key: String) throws(InputError) -> String {
            guard let text = request[key]?.string else { throw InputError("no \(key)") }
            return text
        }
        self.request = request
        runbook = try text("runbook")
        place = try LabPlace(
            directory: try text("root"),
            options: try Options(
                [
                    "--library", try text("library"), "--estate", try text("estate"),
                    "--tools", try text("tools"),
                ].filter { !$0.isEmpty }, known: ["library", "estate", "tools"]))
    }

    private func enter() throws {
        try place.enter(copy: request["copy"]?.string)
        signal(SIGPIPE, SIG_IGN)
        Background.run {
            var byte: UInt8 = 0
            while read(0, &byte, 1) != 0 {}
            _exit(ExitCode.interrupted)
        }
    }

    private func answer() throws -> JSONValue {
        let world = World(place.description, paths: place.paths, tools: place.tools)
        defer { world.stop() }
        try world.start()
        switch request["job"]?.string {
        case "first": return try first(world)
        case "reference":
            return try SurveyRun(world: world, responder: try responder(world), request: request)
                .reference()
        case "boundaries":
            return try SurveyRun(world: world, responder: try responder(world), request: request)
                .boundaries()
        case "point": return try point(world)
        default: throw InputError("no such part of a sweep")
        }
    }

    /// A healthy estate, and what the runbook is for happens to it.
    private func first(_ world: World) throws -> JSONValue {
        try Birth(world).complete()
        let healthy = try WorldState(world).comparable
        for fault in try place.description.faults(runbook) {
            try fault.happen(in: world)
            try fault.awaitShown(in: world)
        }
        var skipped: JSONValue = [:]
        for name in place.description.clusters {
            skipped[name] = .int(try world.clusters.cluster(name).changes.count)
        }
        try Questions(world: world).copy(to: request["to"]?.string ?? "")
        return ["healthy": healthy, "skipped": skipped]
    }

    private func point(_ world: World) throws -> JSONValue {
        guard let point = request["point"].flatMap(KillPoint.init(json:)),
            let stretch = request["stretch"].flatMap(Stretch.init(json:))
        else { throw InputError("no kill point") }
        try world.awaitReadiness(stretch.readiness)
        let run = PointRun(
            world: world, responder: try responder(world), runbook: runbook, point: point,
            stretch: stretch, reference: ChangeCount(json: request["reference"] ?? [:]),
            healthy: request["healthy"] ?? [:],
            skipped: (request["skipped"]?.object ?? [:]).compactMapValues(\.int))
        return try run.run().json
    }

    private func responder(_ world: World) throws -> Responder {
        Responder(
            program: request["program"]?.string ?? "", place: place,
            beginning: try world.command(drilling: runbook),
            secrets: try world.secrets(drilling: runbook))
    }
}
