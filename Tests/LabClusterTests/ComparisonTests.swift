import JSON
import Testing

@testable import LabCluster

@Suite struct ComparisonTests {
    /// A small estate with one volume; everything in it is made anew each time.
    private func estate() throws -> (Simulation, MemoryDisks) {
        let claim: JSONValue = [
            "apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": ["name": "data", "namespace": "default"],
            "spec": ["storageClassName": "local-path"],
        ]
        var node = Sample.node("w1", labels: ["zone": "a"])
        node.set(
            "spec", "taints", to: [["key": "gpu", "value": "1", "effect": "PreferNoSchedule"]])
        let volumes: JSONValue = [
            "volumes": [["name": "d", "persistentVolumeClaim": ["claimName": "data"]]]
        ]
        let balanced: JSONValue = [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": "web", "namespace": "default"],
            "spec": [
                "type": "LoadBalancer", "selector": ["app": "web"], "ports": [["port": 80]],
            ],
        ]
        let simulation = try Simulation([
            node, claim, Sample.deployment("web", replicas: 1, spec: volumes), balanced,
        ])
        let disks = MemoryDisks()
        simulation.options.disks = disks
        simulation.options.hasServiceLB = true
        simulation.connect("w1")
        try simulation.run(seconds: 8)
        for place in disks.places.keys { disks.set(place, "the same bytes") }
        return (simulation, disks)
    }

    private func state(_ estate: (Simulation, MemoryDisks)) -> JSONValue {
        ComparableWorld(estate.0.store.world, disks: estate.1).state
    }

    @Test func `two worlds with other identities are the same`() throws {
        let (first, second) = (try estate(), try estate())
        #expect(first.0.pods[0].uid != second.0.pods[0].uid)
        #expect(state(first) == state(second))
        #expect(state(first)["volumes/default/data"] == "the same bytes")
    }

    @Test(arguments: ["label", "taint", "object", "byte", "volume"])
    func `one small change is caught, and gone when it is undone`(change: String) throws {
        let estate = try estate()
        let (simulation, disks) = estate
        let before = state(estate)
        let place = try #require(disks.places.keys.first)
        func put(_ object: JSONValue) throws {
            _ = try simulation.store.commit([.put(object)], now: simulation.now)
        }
        let node = simulation.node("w1")
        var changed = node
        let extra: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "extra", "namespace": "default"],
        ]
        switch change {
        case "label":
            changed.set("metadata", "labels", "zone", to: nil)
            try put(changed)
        case "taint":
            changed.set("spec", "taints", to: nil)
            try put(changed)
        case "object": try put(extra)
        case "byte": disks.set(place, "the same bytez")
        default: disks.remove(place)
        }
        let after = state(estate)
        let keys = Set(before.object?.keys ?? [:].keys).union(after.object?.keys ?? [:].keys)
        #expect(keys.filter { before[$0] != after[$0] }.count == 1)
        switch change {
        case "label", "taint": try put(node)
        case "object":
            _ = try simulation.store.commit(
                [.remove(ObjectKey(.configMaps, namespace: "default", name: "extra"))],
                now: simulation.now)
        default: disks.set(place, "the same bytes")
        }
        #expect(state(estate) == before)
    }

    @Test func `a Secret is compared, and nothing of it can be read`() throws {
        let (simulation, disks) = try estate()
        func put(_ kind: String, _ field: String, _ value: String) throws -> JSONValue {
            let object: JSONValue = [
                "apiVersion": "v1", "kind": .string(kind),
                "metadata": [
                    "name": "canary", "namespace": "default",
                    "annotations": ["last-applied": .string("{\"data\":\"\(value)\"}")],
                ], "data": [field: .string(value)],
            ]
            _ = try simulation.store.commit([.put(object)], now: simulation.now)
            return ComparableWorld(simulation.store.world, disks: disks).state
        }
        let first = try put("Secret", "hash", "Y29ycmVjdC1ob3JzZQ==")
        let second = try put("Secret", "hash", "YmF0dGVyeS1zdGFwbGU=")
        #expect(first != second)
        #expect(try put("Secret", "hash", "Y29ycmVjdC1ob3JzZQ==") == first)
        for state in [first, second] {
            #expect(!state.text.contains("Y29ycmVj") && !state.text.contains("YmF0dGVy"))
        }
        // Only a node's password may have another hash.
        let plain = try put("ConfigMap", "hash", "1")
        #expect(try put("ConfigMap", "hash", "2") != plain)
    }

    @Test func `at most fifteen paths are left out, each with its reason`() {
        #expect(IgnoredPaths.paths.count <= 15)
        #expect(IgnoredPaths.paths.allSatisfy { $0.reason.count > 8 })
        #expect(Set(IgnoredPaths.paths.map(\.path)).count == IgnoredPaths.paths.count)
    }
}
