import Runbooks
import Testing

@Suite struct `What is committed` {
    private let library = RunbookLibrary(directory: root + "/runbooks")

    @Test func `loads, every runbook and every fragment, without a diagnostic`() throws {
        #expect(library.names().contains("node-loss"))
        #expect(library.fragmentNames().contains("fleet-freeze"))
        for name in library.names() { #expect(try library.runbook(name).name == name) }
        for name in library.fragmentNames() { #expect(try library.fragment(name).name == name) }
    }

    @Test func `says what it is for and how long it may take`() throws {
        let runbook = try library.runbook("node-loss")
        #expect(runbook.objective == .seconds(45 * 60))
        #expect(runbook.maxTargets == 1)
        #expect(runbook.parameters.map(\.name) == ["cluster", "node", "token"])
        #expect(runbook.parameters.map(\.type) == [.cluster, .node, .secret])
        #expect(runbook.parameters[1].within?.description == "cluster.workers")
        #expect(runbook.prerequisites.count == 2)
        #expect(runbook.recovered.count == 2)
    }

    @Test func `is found by its name only`() {
        for name in ["node-los", "../node-loss", "fragments/fleet-freeze", "", ".", "Node-loss"] {
            #expect(throws: (any Error).self, "\(name)") { try library.runbook(name) }
        }
        #expect(RunbookLibrary(directory: root + "/none").names().isEmpty)
    }
}
