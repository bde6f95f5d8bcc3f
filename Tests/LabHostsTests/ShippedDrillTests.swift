import LabHosts
import LabThreads
import Processes
import Testing

/// Shipped runbooks, unchanged, run by the real program against their estate:
/// what was broken is whole again, and nothing else is different.
@Suite(.serialized, .onLabThreads(seconds: 150)) struct ShippedDrillTests {
    @Test(.timeLimit(.minutes(10)), arguments: ["flux-resume", "sealed-secrets-restore"])
    func `a shipped runbook brings its estate back`(runbook: String) throws {
        let folder = Lab.folder("shipped-\(runbook)")
        defer { Disk.removeTree(folder) }
        let drill = try Command(
            Lab.program, ["drill", runbook, "--library", Lab.library, "--keep", folder],
            environment: Lab.environment
        ).capture(deadline: .seconds(400))
        let text = drill.output.text
        #expect(drill.ending == .exited(0), "\(text.suffix(2000))\(drill.error.text.suffix(2000))")
        #expect(text.contains("recovered; the world equals the healthy one"))
        #expect(Lab.processes(of: folder).isEmpty)
    }
}
