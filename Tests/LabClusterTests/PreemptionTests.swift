import JSON
import Testing

@testable import LabCluster

@Suite struct PreemptionTests {
    private static func node(_ name: String, cpu: String = "2") -> JSONValue {
        var node = Sample.node(name)
        node.set("status", "allocatable", to: ["cpu": .string(cpu), "pods": "10"])
        return node
    }

    private static func type(_ name: String, _ value: Int, _ more: JSONValue = [:]) -> JSONValue {
        var object: JSONValue = [
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass",
            "metadata": ["name": .string(name)], "value": .int(value),
        ]
        for (key, value) in more.object ?? [:] { object[key] = value }
        return object
    }

    private static func pod(_ name: String, _ cpu: String, _ type: String? = nil) -> JSONValue {
        var pod = Sample.pod(name)
        pod.set(
            "spec", "containers",
            to: [["name": "c", "image": "i", "resources": ["requests": ["cpu": .string(cpu)]]]])
        if let type { pod.set("spec", "priorityClassName", to: .string(type)) }
        pod.set("metadata", "labels", to: ["app": .string(name)])
        return pod
    }

    private func estate(_ objects: [JSONValue]) throws -> Simulation {
        let simulation = try Simulation(
            [Self.type("high", 1000), Self.type("low", 10)] + objects)
        let nodes = objects.filter { $0.kind == "Node" }.map(\.name)
        for node in nodes { simulation.connect(node) }
        try simulation.run(seconds: 5)
        return simulation
    }

    private func create(_ simulation: Simulation, _ pod: JSONValue) throws {
        _ = try simulation.request("POST", "/api/v1/namespaces/default/pods", pod)
    }

    private func running(_ simulation: Simulation) -> [String] {
        simulation.pods.filter(\.isReady).map(\.name).sorted()
    }

    @Test func `a pod of more priority gets the room of the least`() throws {
        let simulation = try estate([
            Self.node("w1"), Self.pod("a", "1", "low"), Self.pod("b", "1"),
        ])
        #expect(running(simulation) == ["a", "b"])
        try create(simulation, Self.pod("vip", "1", "high"))
        try simulation.run(seconds: 1)
        let vip = simulation.store.world.object(.pods, "default", "vip")
        #expect(vip?.at("status", "nominatedNodeName") == "w1")
        try simulation.run(seconds: 4)
        // The one without a class counts nothing; the other one stays.
        #expect(running(simulation) == ["a", "vip"])
        #expect(simulation.store.world.all(.events).contains { $0["reason"] == "Preempted" })
    }

    @Test func `equals are left alone, and so is everybody by one that never preempts`() throws {
        let simulation = try estate([
            Self.type("meek", 1000, ["preemptionPolicy": "Never"]), Self.node("w1"),
            Self.pod("a", "2", "low"),
        ])
        try create(simulation, Self.pod("same", "1", "low"))
        try create(simulation, Self.pod("meek", "1", "meek"))
        try simulation.run(seconds: 10)
        #expect(running(simulation) == ["a"])
    }

    @Test func `ending somebody must help`() throws {
        let simulation = try estate([Self.node("w1"), Self.pod("a", "1", "low")])
        try create(simulation, Self.pod("huge", "3", "system-node-critical"))
        var elsewhere = Self.pod("elsewhere", "2", "high")
        elsewhere.set("spec", "nodeSelector", to: ["disk": "fast"])
        try create(simulation, elsewhere)
        try simulation.run(seconds: 10)
        #expect(running(simulation) == ["a"])
    }

    @Test func `it goes where it costs least, and a budget is a cost`() throws {
        let budget: JSONValue = [
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
            "metadata": ["name": "b", "namespace": "default"],
            "spec": ["minAvailable": 1, "selector": ["matchLabels": ["app": "a"]]],
        ]
        var first = Self.pod("a", "2")
        first.set("spec", "nodeSelector", to: ["kubernetes.io/hostname": "w1"])
        var other = Self.pod("b", "2", "low")
        other.set("spec", "nodeSelector", to: ["kubernetes.io/hostname": "w2"])
        let simulation = try estate([Self.node("w1"), Self.node("w2"), first, other, budget])
        #expect(running(simulation) == ["a", "b"])
        try create(simulation, Self.pod("vip", "2", "high"))
        try simulation.run(seconds: 6)
        #expect(running(simulation) == ["a", "vip"])
        try create(simulation, Self.pod("second", "2", "high"))
        try simulation.run(seconds: 6)
        #expect(running(simulation) == ["second", "vip"])
    }

    @Test func `of those that wait the one that counts most comes first`() throws {
        let simulation = try estate([Self.node("w1")])
        try create(simulation, Self.pod("a", "2", "low"))
        try create(simulation, Self.pod("z", "2", "high"))
        try simulation.run(seconds: 6)
        #expect(running(simulation) == ["z"])
        // The other one has never been there.
        #expect(simulation.store.world.object(.pods, "default", "a")?.phase == "Pending")
        #expect(!simulation.store.world.all(.events).contains { $0["reason"] == "Preempted" })
    }
}
