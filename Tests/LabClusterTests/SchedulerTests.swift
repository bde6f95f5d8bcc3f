import JSON
import Testing

@testable import LabCluster

@Suite struct SchedulerTests {
    /// A node of `architecture` with two processors and 4 GiB.
    private static func node(
        _ name: String, architecture: String = "arm64", taint: String? = nil, effect: String = ""
    ) -> JSONValue {
        var node = Sample.node(name, labels: ["kubernetes.io/arch": architecture])
        node.set(
            "status",
            to: [
                "allocatable": ["cpu": "2", "memory": "4Gi", "pods": "110"],
                "nodeInfo": ["architecture": .string(architecture)],
            ])
        if let taint {
            node.set(
                "spec", "taints",
                to: [["key": .string(taint), "value": "yes", "effect": .string(effect)]])
        }
        return node
    }

    private static func requesting(_ cpu: String, _ memory: String) -> JSONValue {
        [
            "containers": [
                [
                    "name": "c", "image": "i",
                    "resources": [
                        "requests": [
                            "cpu": .string(cpu), "memory": .string(memory),
                        ]
                    ],
                ]
            ]
        ]
    }

    private static func pod(_ name: String, _ spec: JSONValue, app: String = "a") -> JSONValue {
        var pod = Sample.pod(name, spec: spec)
        if let containers = spec["containers"] { pod.set("spec", "containers", to: containers) }
        pod.set("metadata", "labels", "app", to: .string(app))
        return pod
    }

    private func message(_ simulation: Simulation, _ name: String) -> String {
        simulation.pods.first { $0.name == name }?.condition("PodScheduled")?["message"]?.string
            ?? ""
    }

    @Test func `each reason has the scheduler's words`() throws {
        let simulation = try Simulation([
            Self.node("w1"), Self.node("w2", architecture: "amd64"),
            Self.node("w3", taint: "gpu", effect: "NoSchedule"),
            Self.pod("arch", ["nodeSelector": ["kubernetes.io/arch": "riscv"]]),
            Self.pod("big", Self.requesting("3", "1Gi")),
            Self.pod("fat", Self.requesting("1", "9Gi")),
            Self.pod("other", ["schedulerName": "mine"]),
        ])
        simulation.connect("w1", "w2", "w3")
        try simulation.run(seconds: 2)
        let tail =
            "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
        let taint = "1 node(s) had untolerated taint {gpu: yes}"
        #expect(
            message(simulation, "arch") == """
                0/3 nodes are available: \(taint), 2 node(s) didn't match Pod's node \
                affinity/selector. \(tail)
                """)
        #expect(
            message(simulation, "big")
                == "0/3 nodes are available: \(taint), 2 Insufficient cpu. \(tail)")
        #expect(
            message(simulation, "fat")
                == "0/3 nodes are available: \(taint), 2 Insufficient memory. \(tail)")
        #expect(message(simulation, "other").isEmpty && !simulation.pods[3].isReady)
    }

    @Test func `requests fill a node up to what is allocatable`() throws {
        let names = (1...5).map { "p\($0)" }
        let simulation = try Simulation(
            [Self.node("w1")] + names.map { Self.pod($0, Self.requesting("500m", "100Mi")) })
        simulation.connect("w1")
        try simulation.run(seconds: 3)
        #expect(simulation.pods.count(where: \.isReady) == 4)
        #expect(
            message(simulation, "p5") == """
                0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: \
                1 No preemption victims found for incoming pod.
                """)
    }

    @Test func `a preference moves a pod and never blocks it`() throws {
        let preferred: JSONValue = [
            "affinity": [
                "nodeAffinity": [
                    "preferredDuringSchedulingIgnoredDuringExecution": [
                        [
                            "weight": 10,
                            "preference": [
                                "matchExpressions": [
                                    [
                                        "key": "kubernetes.io/arch", "operator": "In",
                                        "values": ["amd64"],
                                    ]
                                ]
                            ],
                        ]
                    ]
                ]
            ]
        ]
        let simulation = try Simulation([
            Self.node("w1", taint: "gpu", effect: "PreferNoSchedule"), Self.node("w2"),
            Self.node("w3", architecture: "amd64"),
            Self.pod("amd", preferred),
            Self.pod("soft", ["nodeSelector": ["kubernetes.io/hostname": "w1"]]),
            Self.pod("anywhere", [:]),
        ])
        simulation.connect("w1", "w2", "w3")
        try simulation.run(seconds: 3)
        let nodes = Dictionary(
            uniqueKeysWithValues: simulation.pods.map { ($0.name, $0.nodeName ?? "-") })
        #expect(nodes == ["amd": "w3", "anywhere": "w2", "soft": "w1"])
    }

    @Test func `required anti-affinity holds for the new pod and for the old ones`() throws {
        func apart(_ app: String) -> JSONValue {
            [
                "affinity": [
                    "podAntiAffinity": [
                        "requiredDuringSchedulingIgnoredDuringExecution": [
                            [
                                "topologyKey": "kubernetes.io/hostname",
                                "labelSelector": ["matchLabels": ["app": .string(app)]],
                            ]
                        ]
                    ]
                ]
            ]
        }
        let simulation = try Simulation([
            Self.node("w1"), Self.node("w2"), Self.pod("a1", apart("a")),
            Self.pod("a2", apart("a")), Self.pod("a3", apart("a")), Self.pod("z", [:]),
        ])
        simulation.connect("w1", "w2")
        try simulation.run(seconds: 3)
        #expect(Set(simulation.pods.prefix(2).compactMap(\.nodeName)) == ["w1", "w2"])
        #expect(
            message(simulation, "a3").contains("2 node(s) didn't match pod anti-affinity rules"))
        #expect(
            message(simulation, "z").contains("didn't satisfy existing pods anti-affinity rules"))
    }

    private struct OnlyAMD: ImageArchitectures {
        func architectures(of image: String) -> Set<String>? {
            image == "amd-only" ? ["amd64"] : nil
        }
    }

    @Test func `an image for another processor crashes with an exec format error`() throws {
        let container: JSONValue = ["containers": [["name": "c", "image": "amd-only"]]]
        let simulation = try Simulation([Self.node("w1"), Self.pod("p", container)])
        simulation.options.images = OnlyAMD()
        simulation.connect("w1")
        try simulation.run(seconds: 40)
        let state = try #require(simulation.pods[0].at("status", "containerStatuses")?[0])
        #expect(state.at("state", "waiting", "reason") == "CrashLoopBackOff")
        #expect(state.at("lastState", "terminated", "message") == "exec /c: exec format error")
        #expect((state["restartCount"]?.int ?? 0) >= 2 && !simulation.pods[0].isReady)
    }
}
