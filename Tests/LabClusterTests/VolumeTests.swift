import JSON
import Testing

@testable import LabCluster

@Suite struct VolumeTests {
    private static let claim: JSONValue = [
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": ["name": "data", "namespace": "default"],
        "spec": [
            "storageClassName": "local-path", "accessModes": ["ReadWriteOnce"],
            "resources": ["requests": ["storage": "1Gi"]],
        ],
    ]

    private static func user(_ claim: String = "data") -> JSONValue {
        Sample.pod(
            "p",
            spec: [
                "volumes": [["name": "d", "persistentVolumeClaim": ["claimName": .string(claim)]]]
            ])
    }

    /// A claim bound on w1, its pod gone, and where its bytes lie.
    private func bound() throws -> (Simulation, MemoryDisks, VolumePlace) {
        let simulation = try Simulation([Sample.node("w1"), Self.claim, Self.user()])
        let disks = MemoryDisks()
        simulation.options.disks = disks
        simulation.connect("w1")
        try simulation.run(seconds: 5)
        #expect(simulation.pods.map(\.phase) == ["Running"])
        let place = try #require(disks.places.keys.first)
        let volume = try #require(simulation.store.world.all(.persistentVolumes).first)
        #expect(place.path == "/var/lib/rancher/k3s/storage/\(volume.name)_default_data")
        #expect(disks.text("w1", place.path)?.hasPrefix("begun by default/data") == true)
        try remove(simulation, "pods/p", grace: 0)
        return (simulation, disks, place)
    }

    private func remove(_ simulation: Simulation, _ path: String, grace: Int? = nil) throws {
        let options: JSONValue? = grace.map { ["gracePeriodSeconds": .int($0)] }
        _ = try simulation.request("DELETE", "/api/v1/namespaces/default/\(path)", options)
    }

    @Test func `a deleted claim takes its directory along`() throws {
        let (simulation, disks, _) = try bound()
        try remove(simulation, "persistentvolumeclaims/data")
        try simulation.run(seconds: 8)
        #expect(disks.places.isEmpty)
        #expect(simulation.store.world.all(.persistentVolumes).isEmpty && simulation.pods.isEmpty)
    }

    @Test func `while the node is down nothing is lost, its return wipes the directory`() throws {
        let (simulation, disks, place) = try bound()
        simulation.connect("w1", connected: false)
        try simulation.run(seconds: 6)
        try remove(simulation, "persistentvolumeclaims/data")
        try simulation.run(seconds: 130)
        #expect(disks.exists(place))
        #expect(simulation.store.world.all(.persistentVolumes).map(\.phase) == ["Released"])
        #expect(simulation.pods.map(\.phase) == ["Pending"])
        #expect(
            simulation.store.world.all(.events).contains { $0["reason"] == "VolumeFailedDelete" })
        simulation.connect("w1")
        try simulation.run(seconds: 6)
        #expect(!disks.exists(place))
        #expect(simulation.store.world.all(.persistentVolumes).isEmpty)
    }

    @Test func `of a node that was deleted the directory stays`() throws {
        let (simulation, disks, place) = try bound()
        simulation.connect("w1", connected: false)
        _ = try simulation.request("DELETE", "/api/v1/nodes/w1")
        try remove(simulation, "persistentvolumeclaims/data")
        try simulation.run(seconds: 3)
        #expect(simulation.store.world.all(.persistentVolumes).isEmpty)
        #expect(disks.exists(place))
    }

    @Test func `Retain keeps volume and directory, also when it comes late`() throws {
        let (simulation, disks, place) = try bound()
        let volume = simulation.store.world.all(.persistentVolumes)[0].name
        simulation.connect("w1", connected: false)
        try remove(simulation, "persistentvolumeclaims/data")
        try simulation.run(seconds: 3)
        _ = try simulation.request(
            "PATCH", "/api/v1/persistentvolumes/\(volume)",
            ["spec": ["persistentVolumeReclaimPolicy": "Retain"]],
            type: "application/merge-patch+json")
        simulation.connect("w1")
        try simulation.run(seconds: 6)
        #expect(disks.exists(place))
        #expect(simulation.store.world.all(.persistentVolumes).map(\.phase) == ["Released"])
    }

    @Test func `a claim pinned to a dead node is never scheduled until the pin is gone`() throws {
        var pinned = Self.claim
        pinned.set("metadata", "annotations", Volumes.selectedNode, to: "w1")
        let simulation = try Simulation([Sample.node("w1"), Sample.node("w2")])
        simulation.connect("w2")
        try simulation.run(seconds: 6)
        let home = "/api/v1/namespaces/default"
        _ = try simulation.request("POST", "\(home)/persistentvolumeclaims", pinned)
        _ = try simulation.request("POST", "\(home)/pods", Self.user())
        try simulation.run(seconds: 10)
        let message = simulation.pods[0].condition("PodScheduled")?["message"]?.string ?? ""
        #expect(message.contains("1 node(s) didn't find available persistent volumes to bind"))
        _ = try simulation.request(
            "PATCH", "/api/v1/namespaces/default/persistentvolumeclaims/data",
            ["metadata": ["annotations": [Volumes.selectedNode: .null]]] as JSONValue,
            type: "application/merge-patch+json")
        try simulation.run(seconds: 5)
        #expect(simulation.pods[0].nodeName == "w2" && simulation.pods[0].isReady)
    }

    private static func fixed(_ source: JSONValue, claimed: Bool) -> JSONValue {
        var spec: JSONValue = [
            "capacity": ["storage": "5Gi"], "accessModes": ["ReadWriteOnce"],
            "storageClassName": "local-path", "persistentVolumeReclaimPolicy": "Retain",
        ]
        for (key, value) in source.object ?? [:] { spec[key] = value }
        if claimed { spec["claimRef"] = ["namespace": "default", "name": "data"] }
        return [
            "apiVersion": "v1", "kind": "PersistentVolume", "metadata": ["name": "old"],
            "spec": spec,
        ]
    }

    @Test func `a surviving directory is taken up again by a static volume`() throws {
        var claim = Self.claim
        claim.set("spec", "volumeName", to: "old")
        let simulation = try Simulation([
            Sample.node("w1"), Self.user(), claim,
            Self.fixed(["local": ["path": "/mnt/old"]], claimed: true),
        ])
        let disks = MemoryDisks()
        simulation.options.disks = disks
        simulation.connect("w1")
        try simulation.run(seconds: 5)
        // Bound, but there is no such directory yet.
        #expect(simulation.pods[0].phase == "Pending")
        #expect(simulation.store.world.all(.events).contains { $0["reason"] == "FailedMount" })
        disks.set(VolumePlace(node: "w1", path: "/mnt/old"), "kept")
        try simulation.run(seconds: 3)
        #expect(simulation.pods[0].isReady)
        #expect(disks.text("w1", "/mnt/old") == "kept")
    }

    @Test func `the source of a volume is immutable, and so is a claim`() throws {
        let simulation = try Simulation([
            Self.fixed(["nfs": ["server": "10.0.0.9", "path": "/x"]], claimed: false), Self.claim,
        ])
        for (path, patch) in [
            ("persistentvolumes/old", ["spec": ["nfs": ["server": "10.0.0.8"]]]),
            (
                "namespaces/default/persistentvolumeclaims/data",
                ["spec": ["storageClassName": "other"]]
            ),
        ] as [(String, JSONValue)] {
            let refusal = #expect(throws: StatusError.self) {
                try simulation.request(
                    "PATCH", "/api/v1/\(path)", patch, type: "application/merge-patch+json")
            }
            #expect(refusal?.code == 422)
        }
    }

    @Test func `a claim whose volume is gone is Lost`() throws {
        let (simulation, _, _) = try bound()
        let name = simulation.store.world.all(.persistentVolumes)[0].name
        _ = try simulation.store.commit(
            [.remove(ObjectKey(.persistentVolumes, name: name))], now: simulation.now)
        try simulation.run(seconds: 2)
        #expect(simulation.store.world.all(.persistentVolumeClaims).map(\.phase) == ["Lost"])
    }
}
