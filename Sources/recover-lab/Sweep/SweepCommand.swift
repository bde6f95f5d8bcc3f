import Glibc
import JSON
import LabHosts
import Synchronization

/// `recover-lab sweep RUNBOOK`: kills the engine at every place there is, and
/// proves each time that the run finds its end, nothing happens twice and no
/// entry is lost.
///
/// A run without a kill tells what there is; a second one leaves a copy of
/// journal and world at the beginning of every step. Each kill point then is a
/// lab of its own, started from such a copy.
struct SweepCommand {
    private let options: Options
    private let runbook: String
    private let sample: Int?
    private let seed: Int
    private let jobs: Int

    init(_ arguments: [String]) throws {
        options = try Options(
            arguments,
            known: ["estate", "library", "tools", "keeper", "sample", "seed", "jobs", "only"],
            flags: ["verbose"])
        guard options.words.count == 1 else {
            throw UsageError("sweep needs the name of one runbook")
        }
        runbook = options.words[0]
        sample = options["sample"] == nil ? nil : try options.number("sample", 0)
        seed = try options.number("seed", 1)
        jobs = max(1, try options.number("jobs", sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }

    func run() throws -> Int32 {
        let library = try Library.find(options["library"])
        let estate = try library.estate(options["estate"], drilling: runbook)
        _ = try LabDescription(estate, library: library).faults(runbook)
        let once = try Survey.once(runbook, library)
        let tools = try Tools.find(folder: try LabPlace.toolFolder(options, library))
        let programs = Programs.folder(of: tools.lab)
        let room = try SweepRoom(
            programs: programs, keeper: options["keeper"] ?? "\(programs)/recover-keeper")
        defer { room.remove() }
        watchSignals(room)
        say("SIMULATED sweep of \(runbook) for \(estate)")
        let base: JSONValue = [
            "runbook": .string(runbook), "estate": .string(estate),
            "library": .string(library.root),
            "tools": .string(try LabPlace.toolFolder(options, library) ?? ""),
        ]
        do {
            let report = try sweep(room, try Survey(room, base: base, once: once, say: say))
            for line in report.lines { Terminal.print(line) }
            guard room.isClosing else { return report.isGood ? 0 : ExitCode.differs }
            Terminal.print("INTERRUPTED: the figures are of what was tried until then")
            return ExitCode.interrupted
        } catch {
            guard room.isClosing else { throw error }
            return ExitCode.interrupted
        }
    }

    /// The first signal ends the labs, and the sweep with them.
    private func watchSignals(_ room: SweepRoom) {
        let signals = SignalSet()
        signals.block()
        Background.run {
            while true {
                _ = signals.wait()
                room.close()
            }
        }
    }

    // MARK: the points

    private func sweep(_ room: SweepRoom, _ survey: Survey) throws -> SweepReport {
        let all = survey.killPoints
        let only = options.all("only")
        var chosen =
            only.isEmpty ? all : all.filter { point in only.contains(where: point.answers) }
        guard !chosen.isEmpty else { throw UsageError("no kill point is called so") }
        if let sample {
            var random = Sample(seed: seed)
            chosen = random.choose(sample, of: chosen)
        }
        say(
            "\(chosen.count) of \(all.count) kill points, \(jobs) at a time"
                + (sample == nil ? "" : ", seed \(seed)"))
        let results = Results(chosen)
        for _ in 0..<jobs {
            Background.run {
                while !room.isClosing, let point = results.next() {
                    let result = SweepCommand.result(point, room, survey)
                    if !room.isClosing { results.keep(point, result) }
                    tell(point, result, room)
                }
                results.finish()
            }
        }
        results.wait(for: jobs)
        return SweepReport(
            stretches: survey.stretches, results: results.all,
            isWhole: chosen.count == all.count && !room.isClosing)
    }

    private static func result(
        _ point: KillPoint, _ room: SweepRoom, _ survey: Survey
    ) -> PointResult {
        let start = ContinuousClock.now
        var result: PointResult
        do {
            let copy = survey.stretches[point.stretch].copy
            func ask(_ point: KillPoint) throws -> JSONValue {
                try room.ask(survey.request(point), from: copy, deadline: .seconds(1200))
            }
            var answer = try ask(point)
            if answer["error"]?.string == PointRun.overran {
                // Exit and verdict were written together this time: two failpoints less.
                var earlier = point
                earlier.place -= 2
                answer = try ask(earlier)
            }
            result = PointResult(json: answer)
        } catch {
            result = PointResult(problem: "\(error)")
        }
        let took = start.duration(to: .now)
        result.milliseconds = Int(took / .milliseconds(1))
        return result
    }

    private func tell(_ point: KillPoint, _ result: PointResult, _ room: SweepRoom) {
        guard !room.isClosing else { return }
        if result.isGood {
            let standing = result.isUnknown ? "unknown, as it has to be" : result.standing
            if options.has("verbose") {
                say("\(point.description): \(standing) (\(result.milliseconds) ms)")
            }
            return
        }
        let lines = ["PROBLEM at \(point.description)"] + result.complaints + result.tail
        say(lines.joined(separator: "\n       "))
    }

    private func say(_ text: String) { Terminal.print("sweep: \(text)") }
}
