import Glibc
import JSON
import LabHosts

/// `recover-lab up`: a lab in the foreground, until Ctrl-C or `down`.
struct UpCommand {
    static let lifeline = "lifeline"
    private let options: Options
    private let faults: [String]

    init(_ arguments: [String]) throws {
        options = try Options(
            arguments, known: ["estate", "fault", "library", "tools"],
            flags: [Self.lifeline])
        faults = options.all("fault")
        guard options.words.count == 1 else { throw UsageError("up needs one folder") }
    }

    func run() throws -> Int32 {
        let place = try LabPlace(directory: options.words[0], options: options)
        let faults = try self.faults.map { (line) throws(InputError) in
            try FaultCatalogue.fault(line, in: place.description)
        }
        try place.enter()
        let stops = Stops()
        if options.has(Self.lifeline) { stops.watch(input: 0) }
        let world = World(place.description, paths: place.paths, tools: place.tools)
        defer { world.stop() }
        try world.start()
        try Birth(world).complete()
        for fault in faults {
            try fault.happen(in: world)
            try fault.awaitShown(in: world)
            Terminal.print("simulated: \(fault.line); it shows")
        }
        Terminal.print(
            """
            The simulated estate \(place.description.estate) is up. Everything in it is simulated.
            Enter it:  recover-lab enter \(place.paths.root)
            In it:     \(try suggestion(in: world))
            Break it:  recover-lab fault \(place.paths.root) NAME [WORD…]
            End it:    Ctrl-C, or recover-lab down \(place.paths.root)
            """)
        stops.wait()
        Terminal.print("The lab goes down; its folder keeps its state.")
        return 0
    }

    /// What to try first: the first runbook the estate drills, else a look.
    private func suggestion(in world: World) throws -> String {
        guard let runbook = world.description.lab["drills"]?.object?.keys.sorted().first else {
            return "kubectl get nodes"
        }
        return "recover " + (try world.command(drilling: runbook)).joined(separator: " ")
    }
}
