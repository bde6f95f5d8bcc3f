import JSON
import Testing

@testable import LabCluster

@Suite struct ControllerTests {
    @Test func `a silent node becomes Unknown and tainted, and clean again when it returns`() throws
    {
        let simulation = try Simulation([Sample.node("w1"), Sample.pod("p", on: "w1")])
        simulation.connect("w1")
        try simulation.run(seconds: 3)
        #expect(simulation.node("w1").isReady)
        #expect(simulation.pods[0].phase == "Running")
        simulation.connect("w1", connected: false)
        try simulation.run(seconds: 6)
        #expect(simulation.node("w1").condition("Ready")?["status"] == "Unknown")
        #expect(
            Taint.of(simulation.node("w1")).map { $0["effect"] } == ["NoSchedule", "NoExecute"])
        #expect(!simulation.pods[0].isReady && !simulation.pods[0].isTerminating)
        simulation.connect("w1")
        try simulation.run(seconds: 2)
        #expect(simulation.node("w1").isReady)
        #expect(simulation.node("w1").at("spec", "taints") == nil)
        #expect(simulation.pods[0].isReady)
    }

    @Test func `a restored Secret whose owner is another by now is collected`() throws {
        let simulation = try Simulation([Sample.node("w1")])
        func restore(_ name: String, ownedBy uid: String?) throws {
            var secret: JSONValue = [
                "apiVersion": "v1", "kind": "Secret",
                "metadata": ["name": .string(name), "namespace": "default"],
            ]
            if let uid {
                secret.set(
                    "metadata", "ownerReferences",
                    to: [
                        [
                            "apiVersion": "v1", "kind": "Node", "name": "w1",
                            "uid": .string(uid),
                        ]
                    ])
            }
            _ = try simulation.request("POST", "/api/v1/namespaces/default/secrets", secret)
        }
        try restore("former", ownedBy: "0dd5e7a1-0000-4000-8000-000000000000")
        try restore("present", ownedBy: simulation.node("w1").uid)
        try restore("free", ownedBy: nil)
        #expect(simulation.store.world.all(.secrets).count == 3)
        try simulation.run(seconds: 1)
        #expect(simulation.store.world.all(.secrets).map(\.name) == ["free", "present"])
    }

    @Test func `a deployment spreads over the nodes that fit and avoids a cordoned one`() throws {
        let simulation = try Simulation([
            Sample.node("w1"), Sample.node("w2"), Sample.node("w3"),
            Sample.deployment("web", replicas: 4),
        ])
        simulation.connect("w1", "w2", "w3")
        _ = try simulation.request(
            "PATCH", "/api/v1/nodes/w3", ["spec": ["unschedulable": true]],
            type: "application/strategic-merge-patch+json")
        try simulation.run(seconds: 6)
        #expect(simulation.pods.compactMap(\.nodeName).sorted() == ["w1", "w1", "w2", "w2"])
        #expect(!simulation.pods.map(\.isReady).contains(false))
        let deployment = simulation.store.world.object(.deployments, "default", "web")
        #expect(deployment?.at("status", "readyReplicas") == 4)
        #expect(deployment?.condition("Available")?["status"] == "True")
    }

    @Test func `a pod that fits nowhere says why`() throws {
        let volume: JSONValue = [
            "apiVersion": "v1", "kind": "PersistentVolume", "metadata": ["name": "v"],
            "spec": [
                "claimRef": ["namespace": "default", "name": "data"],
                "storageClassName": "local-path",
                "nodeAffinity": [
                    "required": [
                        "nodeSelectorTerms": [
                            [
                                "matchExpressions": [
                                    [
                                        "key": "kubernetes.io/hostname", "operator": "In",
                                        "values": ["gone"],
                                    ]
                                ]
                            ]
                        ]
                    ]
                ],
            ],
        ]
        let claim: JSONValue = [
            "apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": ["name": "data", "namespace": "default"],
            "spec": ["storageClassName": "local-path", "volumeName": "v"],
        ]
        let simulation = try Simulation([
            Sample.node("w1"), Sample.node("w2"), volume, claim,
            Sample.pod(
                "p",
                spec: ["volumes": [["name": "d", "persistentVolumeClaim": ["claimName": "data"]]]]),
        ])
        simulation.connect("w1", "w2")
        try simulation.run(seconds: 3)
        #expect(simulation.pods[0].phase == "Pending")
        let message = simulation.pods[0].condition("PodScheduled")?["message"]?.string ?? ""
        #expect(
            message.hasPrefix(
                "0/2 nodes are available: 2 node(s) had volume node affinity conflict."))
        #expect(simulation.store.world.all(.events).first?["reason"] == "FailedScheduling")
    }

    @Test func `a local-path claim gets its volume on the pod's node`() throws {
        let simulation = try Simulation([
            Sample.node("w1"),
            [
                "apiVersion": "v1", "kind": "PersistentVolumeClaim",
                "metadata": ["name": "data", "namespace": "default"],
                "spec": ["storageClassName": "local-path"],
            ],
            Sample.pod(
                "p",
                spec: ["volumes": [["name": "d", "persistentVolumeClaim": ["claimName": "data"]]]]),
        ])
        simulation.connect("w1")
        try simulation.run(seconds: 4)
        let volume = simulation.store.world.all(.persistentVolumes).first
        #expect(volume?.annotations["local.path.provisioner/selected-node"] == "w1")
        #expect(volume?.phase == "Bound")
        #expect(simulation.pods[0].phase == "Running")
    }

    @Test func `deleting a Node takes its pods and its node password along`() throws {
        let simulation = try Simulation([
            Sample.node("w1"), Sample.node("w2"), Sample.pod("p", on: "w1"),
            Sample.deployment("web", replicas: 2),
        ])
        simulation.connect("w1", "w2")
        try simulation.run(seconds: 4)
        let secret = NodePassword.secret(password: "pw", node: simulation.node("w1"), salt: [1])
        _ = try simulation.store.commit([.put(secret)], now: simulation.now)
        let uid = simulation.node("w1").uid
        let status = try simulation.request(
            "DELETE", "/api/v1/nodes/w1", ["preconditions": ["uid": .string(uid)]])
        #expect(status.at("details", "uid")?.string == uid)
        simulation.connect("w1", connected: false)
        try simulation.run(seconds: 4)
        #expect(simulation.store.world.all(.secrets).isEmpty)
        #expect(simulation.pods.compactMap(\.nodeName) == ["w2", "w2"])
    }

    /// In the words of the server's own source: no recording has a DELETE with preconditions.
    @Test func `a DELETE of another object than was meant is refused`() throws {
        let simulation = try Simulation([Sample.node("w1")])
        let node = simulation.node("w1")
        let revision = try #require(node.at("metadata", "resourceVersion")?.string)
        for (field, name, found, ending) in [
            ("uid", "UID", node.uid, "deleted and then recreated"),
            ("resourceVersion", "ResourceVersion", revision, "modified"),
        ] {
            let error = #expect(throws: StatusError.self) {
                try simulation.request(
                    "DELETE", "/api/v1/nodes/w1", ["preconditions": [field: "other"]])
            }
            #expect(error?.code == 409 && error?.reason == "Conflict")
            #expect(
                error?.message
                    == "Operation cannot be fulfilled on Node \"w1\": the \(name) in the precondition "
                    + "(other) does not match the \(name) in record (\(found)). The object might "
                    + "have been \(ending)")
        }
        #expect(simulation.node("w1") == node)
    }

    @Test func `a daemon set runs on every node and follows a label`() throws {
        let set: JSONValue = [
            "apiVersion": "apps/v1", "kind": "DaemonSet",
            "metadata": ["name": "svclb", "namespace": "default"],
            "spec": [
                "selector": ["matchLabels": ["app": "lb"]],
                "template": [
                    "metadata": ["labels": ["app": "lb"]],
                    "spec": [
                        "nodeSelector": ["node.io/ingress": "true"],
                        "containers": [["name": "c", "image": "i"]],
                    ],
                ],
            ],
        ]
        let simulation = try Simulation([
            Sample.node("w1", labels: ["node.io/ingress": "true"]), Sample.node("w2"), set,
        ])
        simulation.connect("w1", "w2")
        try simulation.run(seconds: 3)
        #expect(simulation.pods.compactMap(\.nodeName) == ["w1"])
        for (node, value) in [("w1", "false"), ("w2", "true")] {
            _ = try simulation.request(
                "PATCH", "/api/v1/nodes/\(node)",
                ["metadata": ["labels": ["node.io/ingress": .string(value)]]],
                type: "application/merge-patch+json")
        }
        try simulation.run(seconds: 3)
        #expect(simulation.pods.compactMap(\.nodeName) == ["w2"])
        #expect(simulation.store.world.all(.daemonSets)[0].at("status", "numberReady") == 1)
    }
}
