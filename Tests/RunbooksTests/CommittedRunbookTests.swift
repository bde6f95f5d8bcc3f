import Runbooks
import Testing
import YAML

@Suite struct `What is committed` {
    private let library = RunbookLibrary(directory: root + "/runbooks")

    @Test func `loads, every runbook and every fragment, without a diagnostic`() throws {
        for name in ["flux-resume", "k3s-etcd-restore", "node-loss", "sealed-secrets-restore"] {
            #expect(library.names().contains(name), "\(name)")
        }
        for name in ["argocd-freeze", "fleet-freeze", "flux-freeze", "gitops-freeze"] {
            #expect(library.fragmentNames().contains(name), "\(name)")
        }
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
        for name in library.names() {
            #expect(try library.runbook(name).objective != nil, "\(name)")
        }
    }

    /// A restore loses what was written since, so two people have to want it and
    /// no crash may do it again.
    @Test func `restores a datastore once, and with two people`() throws {
        let runbook = try library.runbook("k3s-etcd-restore")
        let reset = try #require(runbook.steps.first { $0["id"]?.scalar?.text == "reset" })
        #expect(reset["effect"]?.scalar?.text == "once")
        #expect(reset["approve"]?.scalar?.text == "2")
        #expect(reset["guard"] != nil && reset["hazard"] != nil && reset["undo"] != nil)
        #expect(runbook.parameters.map(\.type).contains(.backup(kind: "etcd")))
    }

    /// An API that is down answers nothing; were that a failed goal, a wait
    /// would look like something to do.
    @Test func `never takes kubectl's exit for an answer`() throws {
        for name in library.names() {
            let runbook = try library.runbook(name)
            for node in runbook.prerequisites + runbook.steps + runbook.recovered {
                expectNoExit(node, name)
            }
        }
        for name in library.fragmentNames() {
            for node in try library.fragment(name).steps { expectNoExit(node, name) }
        }
    }

    @Test func `is found by its name only`() {
        for name in ["node-los", "../node-loss", "fragments/fleet-freeze", "", ".", "Node-loss"] {
            #expect(throws: (any Error).self, "\(name)") { try library.runbook(name) }
        }
        #expect(RunbookLibrary(directory: root + "/none").names().isEmpty)
    }

    private func expectNoExit(_ node: YAMLNode, _ name: String) {
        if node["kubectl"] != nil, let expect = node["expect"] {
            #expect(
                expect["fails-on"] == nil && expect["exit"] == nil,
                "\(name), line \(node.mark.line)")
        }
        for element in node.sequence ?? [] { expectNoExit(element, name) }
        for entry in node.mapping?.entries ?? [] { expectNoExit(entry.value, name) }
    }
}
