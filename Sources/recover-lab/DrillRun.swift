import Glibc
import LabHosts
import Processes

/// The real `recover`, run in the lab as in a disaster.
struct DrillRun {
    let program: String
    let place: LabPlace
    let world: World
    let stops: Stops

    /// Runs `recover RUNBOOK` to its end; returns its exit code.
    func run(_ runbook: String) throws -> Int32 {
        var words = try world.command(drilling: runbook)
        words += ["--journal", "\(place.paths.root)/journal"]
        Terminal.print(
            "drill: simulated world, real program: recover \(words.joined(separator: " "))")
        let pid = try Spawn.start(
            Command(program, words, environment: place.environment, directory: place.paths.home),
            descriptors: [-1, 1, 2])
        let status = stops.passing(to: pid) {
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            return status
        }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
}
