import JSON
import Testing

@testable import LabCluster

/// The taint somebody sets on a node that is gone for good, and what it does
/// to one that is not.
@Suite struct LostNodeTests {
    @Test func `pods of a dead node stay Terminating until it is out of service`() throws {
        let simulation = try Simulation([
            Sample.node("w1"),
            Sample.pod(
                "p", on: "w1",
                spec: [
                    "tolerations": [
                        [
                            "key": "node.kubernetes.io/unreachable", "operator": "Exists",
                            "effect": "NoExecute", "tolerationSeconds": 5,
                        ]
                    ]
                ]),
            [
                "apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment",
                "metadata": ["name": "a"], "spec": ["nodeName": "w1"],
            ],
        ])
        simulation.connect("w1")
        try simulation.run(seconds: 3)
        simulation.connect("w1", connected: false)
        try simulation.run(seconds: 8)
        #expect(!simulation.pods[0].isTerminating)
        try simulation.run(seconds: 60)
        #expect(simulation.pods.count == 1 && simulation.pods[0].isTerminating)
        #expect(simulation.store.world.all(.volumeAttachments).count == 1)
        _ = try simulation.request(
            "PATCH", "/api/v1/nodes/w1",
            [
                "spec": [
                    "taints": .array(
                        Taint.of(simulation.node("w1")) + [
                            [
                                "key": "node.kubernetes.io/out-of-service", "value": "nodeshutdown",
                                "effect": "NoExecute",
                            ]
                        ])
                ]
            ],
            type: "application/strategic-merge-patch+json")
        try simulation.run(seconds: 2)
        #expect(simulation.pods.isEmpty)
        #expect(simulation.store.world.all(.volumeAttachments).isEmpty)
    }

    private static func node(_ name: String) -> JSONValue {
        var node = Sample.node(name)
        let taint: JSONValue = [
            "key": .string(Taint.outOfService), "value": "nodeshutdown", "effect": "NoExecute",
        ]
        node.set("spec", "taints", to: [taint])
        return node
    }

    @Test func `a node that comes back keeps the taint and takes no pods`() throws {
        let simulation = try Simulation([Self.node("w1")])
        simulation.connect("w1", connected: false)
        try simulation.run(seconds: 8)
        #expect(Taint.of(simulation.node("w1")).count == 3)
        // Nobody but who set it takes it off again.
        simulation.connect("w1")
        try simulation.run(seconds: 3)
        #expect(simulation.node("w1").isReady)
        #expect(
            Taint.of(simulation.node("w1")).compactMap { $0["key"]?.string } == [
                Taint.outOfService
            ])
        _ = try simulation.request(
            "POST", "/api/v1/namespaces/default/pods", Sample.pod("next"))
        try simulation.run(seconds: 3)
        #expect(simulation.pods.map(\.phase) == ["Pending"])
        let message = simulation.pods[0].condition("PodScheduled")?["message"]?.string ?? ""
        #expect(
            message.contains("node(s) had untolerated taint {node.kubernetes.io/out-of-service"))
        _ = try simulation.request(
            "PATCH", "/api/v1/nodes/w1", ["spec": ["taints": .null]],
            type: "application/merge-patch+json")
        try simulation.run(seconds: 3)
        #expect(simulation.pods.map(\.phase) == ["Running"])
    }

    @Test func `out of service forces nothing on a node that is ready`() throws {
        var pod = Sample.pod(
            "p", on: "w1", spec: ["tolerations": [["operator": "Exists"]]])
        pod.set("metadata", "finalizers", to: ["example.org/kept"])
        let simulation = try Simulation([
            Self.node("w1"), pod,
            [
                "apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttachment",
                "metadata": ["name": "a"], "spec": ["nodeName": "w1"],
            ],
        ])
        simulation.connect("w1")
        try simulation.run(seconds: 3)
        _ = try simulation.request("DELETE", "/api/v1/namespaces/default/pods/p")
        try simulation.run(seconds: 5)
        #expect(simulation.pods.map(\.isTerminating) == [true])
        #expect(simulation.store.world.all(.volumeAttachments).count == 1)
        simulation.connect("w1", connected: false)
        try simulation.run(seconds: 8)
        #expect(simulation.pods.isEmpty)
        #expect(simulation.store.world.all(.volumeAttachments).isEmpty)
    }
}
