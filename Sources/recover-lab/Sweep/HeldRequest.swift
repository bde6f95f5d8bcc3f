import Glibc
import JSON
import LabCluster
import LabHosts

/// The next request of a child, held at whatever door of the world it comes to.
///
/// A program that only fetches the desired state comes to none: it is frozen
/// itself.
final class HeldRequest {
    private let world: World
    private let mode: Hold.Mode
    private let gates: [Gate]
    private var frozen: pid_t = 0

    /// How long a late request takes: less than the lab's `settle`, which is
    /// what a step waits for such a request.
    static let lateness = Duration.milliseconds(1000)

    /// - Parameter reads: the step changes nothing, so a question is held.
    init(_ world: World, _ mode: Hold.Mode, reads: Bool) throws {
        self.world = world
        self.mode = mode
        gates =
            [world.gate]
            + (try world.description.clusters.map { try world.clusters.cluster($0).gate })
        let barrier: Barrier.Mode =
            switch mode {
            case .before: .beforeApply
            case .after: .afterApply
            case .late: .applyLate(HeldRequest.lateness)
            }
        for gate in gates {
            let verb = reads && gate !== world.gate ? "GET" : nil
            gate.set(Barrier(verb: verb, mode: barrier))
        }
    }

    /// Whether it has come; freezes the fetching program when that appears.
    func isHeld(from engine: Engine) -> Bool {
        if gates.contains(where: \.isHit) { return true }
        if frozen == 0, let fetch = engine.child("recover-reach") {
            kill(fetch, SIGSTOP)
            frozen = fetch
            if mode == .late {
                Background.run {
                    usleep(UInt32(HeldRequest.lateness.components.seconds) * 1_000_000)
                    kill(fetch, SIGCONT)
                }
            }
        }
        return frozen != 0
    }

    /// Lets it go on.
    func release() {
        for gate in gates { gate.release() }
        if frozen != 0 { kill(frozen, SIGCONT) }
    }
}
