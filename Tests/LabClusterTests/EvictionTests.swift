import JSON
import Processes
import Testing

@testable import LabCluster

@Suite(.serialized) struct EvictionTests {
    private static func budget(_ spec: JSONValue) -> JSONValue {
        var all: JSONValue = ["selector": ["matchLabels": ["app": "web"]]]
        for (key, value) in spec.object ?? [:] { all[key] = value }
        return [
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
            "metadata": ["name": "web", "namespace": "default"], "spec": all,
        ]
    }

    private func evict(_ simulation: Simulation, _ pod: JSONValue) throws {
        _ = try simulation.request(
            "POST", "/api/v1/namespaces/default/pods/\(pod.name)/eviction",
            [
                "apiVersion": "policy/v1", "kind": "Eviction",
                "metadata": ["name": .string(pod.name), "namespace": "default"],
            ])
    }

    @Test(arguments: [["minAvailable": 2], ["maxUnavailable": "33%"]] as [JSONValue])
    func `a budget lets one pod go and refuses the next`(spec: JSONValue) throws {
        let simulation = try Simulation([
            Sample.node("w1"), Sample.deployment("web", replicas: 3), Self.budget(spec),
        ])
        simulation.connect("w1")
        try simulation.run(seconds: 4)
        let status = simulation.store.world.object(.disruptionBudgets, "default", "web")?["status"]
        #expect(status?["disruptionsAllowed"] == 1 && status?["expectedPods"] == 3)
        let pods = simulation.pods
        try evict(simulation, pods[0])
        let refusal = #expect(throws: StatusError.self) { try evict(simulation, pods[1]) }
        #expect(refusal?.code == 429)
        #expect(
            refusal?.message
                == "Cannot evict pod as it would violate the pod's disruption budget.")
        try simulation.run(seconds: 5)
        try evict(simulation, pods[1])
    }

    @Test func `a pod that does not run may always go`() throws {
        let simulation = try Simulation([
            Sample.node("w1"), Self.budget(["minAvailable": 3]),
            Sample.deployment("web", replicas: 1, spec: ["nodeSelector": ["no": "where"]]),
        ])
        simulation.connect("w1")
        try simulation.run(seconds: 3)
        try evict(simulation, simulation.pods[0])
    }

    @Test(arguments: Lab.programs)
    func `the real kubectl drains a node, waiting for the budget`(program: String) throws {
        let lab = try Lab(seed: [
            Sample.node("w1"), Sample.node("w2"), Sample.deployment("web", replicas: 3),
            Self.budget(["minAvailable": 2]),
        ])
        for node in ["w1", "w2"] {
            try lab.cluster.agentConnected(Sample.report(node))
        }
        #expect(
            lab.wait { lab.cluster.objects(.pods).filter(\.isReady).count == 3 })
        let drained = try lab.kubectl(
            "drain", "w1", "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=60s",
            with: program, deadline: .seconds(70))
        #expect(drained.ending.isSuccess, "\(drained.error.text)")
        #expect(lab.cluster.objects(.pods).allSatisfy { $0.nodeName == "w2" })
        #expect(
            lab.cluster.object(.nodes, namespace: nil, name: "w1")?.at("spec", "unschedulable")
                == true)
    }
}
