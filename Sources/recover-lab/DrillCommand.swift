import Glibc
import JSON
import LabHosts

/// `recover-lab drill RUNBOOK`: a fault, the real `recover`, and a proof that
/// the world is as it was.
struct DrillCommand {
    private let options: Options
    private let runbook: String

    init(_ arguments: [String]) throws {
        options = try Options(
            arguments, known: ["estate", "keep", "recover", "library", "tools", "seconds"])
        guard options.words.count == 1 else {
            throw UsageError("drill needs the name of one runbook")
        }
        runbook = options.words[0]
    }

    func run() throws -> Int32 {
        let place = try LabPlace(
            directory: try directory(), options: options, drilling: runbook)
        let faults = try place.description.faults(runbook)
        let program = try responder(place)
        say("SIMULATED drill of \(runbook) for \(place.description.estate), in \(place.paths.root)")
        try place.enter()
        let stops = Stops()
        let world = World(place.description, paths: place.paths, tools: place.tools)
        defer { world.stop() }
        try world.start()
        try Birth(world).complete()
        let healthy = try WorldState(world).comparable
        say("simulated: the estate is healthy")
        for fault in faults {
            try fault.happen(in: world)
            try fault.awaitShown(in: world)
            say("simulated: \(fault.line); it shows")
        }
        let run = DrillRun(program: program, place: place, world: world, stops: stops)
        let code = try run.run(runbook)
        let differences = try world.differences(
            from: healthy, drilling: runbook, tries: code == 0 ? 100 : 1)
        return conclude(code, differences, program, place)
    }

    // MARK: the end

    private func conclude(
        _ code: Int32, _ differences: [String], _ program: String, _ place: LabPlace
    ) -> Int32 {
        let journal = "\(place.paths.root)/journal"
        for difference in differences { say("differs from the healthy world: \(difference)") }
        let result: String
        switch (code, differences.isEmpty) {
        case (0, true): result = "recovered; the world equals the healthy one"
        case (0, false): result = "recover says recovered, but the world differs"
        default: result = "not recovered: recover exited with \(code)"
        }
        say("SIMULATED drill of \(runbook): \(result)")
        say("journal: \(journal)")
        say("next:    \(program) journal show --journal \(journal)")
        say("         \(program) journal verify --journal \(journal)")
        return code != 0 ? code : differences.isEmpty ? 0 : ExitCode.differs
    }

    private func say(_ text: String) { Terminal.print("drill: \(text)") }

    // MARK: what it needs

    private func directory() throws -> String {
        if let kept = options["keep"] { return kept }
        let home = Tools.environment("HOME") ?? ""
        let state = Tools.environment("XDG_STATE_HOME") ?? "\(home)/.local/state"
        guard state.hasPrefix("/") else {
            throw UsageError("neither XDG_STATE_HOME nor HOME is set; use --keep")
        }
        return "\(state)/recover/drills/\(runbook)-\(time(nil))-\(getpid())"
    }

    /// The `recover` beside this program, or the one named.
    private func responder(_ place: LabPlace) throws -> String {
        let folder = place.tools.lab.lastIndex(of: "/").map { String(place.tools.lab[..<$0]) } ?? ""
        let path = options["recover"] ?? "\(folder)/recover"
        guard let real = Disk.resolved(path), access(real, X_OK) == 0 else {
            throw InputError("there is no program \(path); name it with --recover")
        }
        return real
    }
}
