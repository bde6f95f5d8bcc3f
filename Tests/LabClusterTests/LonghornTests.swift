import JSON
import Testing

@testable import LabCluster

@Suite struct LonghornTests {
    private let simulation: Simulation
    private let disks = MemoryDisks()

    /// Longhorn on four nodes, with a volume of two replicas in use on w1.
    init() throws {
        var manager = Sample.deployment("longhorn-manager", replicas: 1)
        manager["kind"] = "DaemonSet"
        manager.set("spec", "replicas", to: nil)
        manager.set("metadata", "namespace", to: "longhorn-system")
        let type: JSONValue = [
            "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
            "metadata": ["name": "longhorn"], "provisioner": "driver.longhorn.io",
            "parameters": ["numberOfReplicas": "2"], "reclaimPolicy": "Delete",
        ]
        let claim: JSONValue = [
            "apiVersion": "v1", "kind": "PersistentVolumeClaim",
            "metadata": ["name": "data", "namespace": "default"],
            "spec": [
                "storageClassName": "longhorn", "accessModes": ["ReadWriteOnce"],
                "resources": ["requests": ["storage": "1Gi"]],
            ],
        ]
        let pod = Sample.pod(
            "p",
            spec: [
                "nodeSelector": ["kubernetes.io/hostname": "w1"],
                "volumes": [["name": "d", "persistentVolumeClaim": ["claimName": "data"]]],
            ])
        let target = Longhorn.object(
            "BackupTarget", "default",
            ["backupTargetURL": "s3://backups@eu/", "credentialSecret": "s3"])
        simulation = try Simulation(
            ["w1", "w2", "w3", "w4"].map { Sample.node($0) } + [manager, type, claim, pod, target])
        simulation.options.disks = disks
        simulation.connect("w1", "w2", "w3", "w4")
        try simulation.run(seconds: 15)
    }

    private var volume: JSONValue { simulation.store.world.all(.longhornVolumes).first ?? [:] }
    private var robustness: String { volume.at("status", "robustness")?.string ?? "" }
    private var replicas: [JSONValue] {
        LonghornReplicas(of: volume.name, in: simulation.store.world).all
    }
    private var healthy: [VolumePlace] {
        LonghornReplicas(of: volume.name, in: simulation.store.world).healthy
    }

    /// Node of a replica that is not the one the pod runs on.
    private func remote() throws -> String {
        try #require(healthy.map(\.node).first { $0 != "w1" })
    }

    private func patch(_ path: String, _ body: JSONValue) throws {
        _ = try simulation.request(
            "PATCH", path, body, type: "application/merge-patch+json")
    }

    private static let api = "/apis/longhorn.io/v1beta2/namespaces/longhorn-system"

    @Test func `a volume has its replicas on different nodes, each with the same bytes`() throws {
        #expect(simulation.pods.contains { $0.name == "p" && $0.isReady })
        #expect(robustness == "healthy" && volume.at("status", "state") == "attached")
        #expect(volume.at("spec", "size") == "1073741824")
        #expect(Set(healthy.map(\.node)).count == 2)
        let texts = Set(healthy.compactMap { disks.text($0.node, $0.path) })
        #expect(texts.count == 1 && texts.first?.hasPrefix("begun by default/data") == true)
    }

    @Test func `a lost node degrades it, and a new replica is built only after the wait`() throws {
        let lost = try remote()
        let text = disks.text(healthy[0].node, healthy[0].path)
        simulation.connect(lost, connected: false)
        try simulation.run(seconds: 30)
        #expect(robustness == "degraded" && replicas.count == 2)
        try simulation.run(seconds: 560)
        #expect(replicas.count == 2, "not before 600 s")
        try simulation.run(seconds: 60)
        #expect(robustness == "healthy")
        #expect(!healthy.map(\.node).contains(lost) && healthy.count == 2)
        #expect(healthy.allSatisfy { disks.text($0.node, $0.path) == text })
    }

    @Test func `a node that is back in time has its replica used again`() throws {
        let lost = try remote()
        let before = Set(replicas.map(\.name))
        simulation.connect(lost, connected: false)
        try simulation.run(seconds: 30)
        #expect(robustness == "degraded")
        simulation.connect(lost)
        try simulation.run(seconds: 30)
        #expect(robustness == "healthy" && Set(replicas.map(\.name)) == before)
    }

    @Test func `without any replica it is faulted, and salvaged when the disks are back`() throws {
        let nodes = Set(healthy.map(\.node))
        let kept = disks.places
        for place in healthy { disks.remove(place) }
        try simulation.run(seconds: 3)
        #expect(robustness == "faulted" && nodes.count == 2)
        #expect(simulation.pods.contains { $0.name == "p" && !$0.isReady })
        for (place, text) in kept { disks.set(place, text) }
        try simulation.run(seconds: 5)
        #expect(robustness == "healthy")
        #expect(simulation.pods.contains { $0.name == "p" && $0.isReady })
    }

    @Test func `another disk under an old name is not used before the old one is removed`() throws {
        let lost = try remote()
        simulation.connect(lost, connected: false)
        try simulation.run(seconds: 10)
        for place in disks.places.keys where place.node == lost { disks.remove(place) }
        simulation.connect(lost)
        try simulation.run(seconds: 20)
        func node() -> JSONValue {
            simulation.store.world.object(.longhornNodes, "longhorn-system", lost) ?? [:]
        }
        let name = try #require(node().at("spec", "disks")?.object?.keys.first)
        let state = node().at("status", "diskStatus")?[name]?["conditions"]?[0]
        #expect(state?["reason"] == "DiskFilesystemChanged" && state?["status"] == "False")
        let path = "\(Self.api)/nodes/\(lost)"
        #expect(throws: StatusError.self) {
            try patch(path, ["spec": ["disks": [name: .null]]])
        }
        try patch(path, ["spec": ["disks": [name: ["allowScheduling": false]]]])
        #expect(throws: StatusError.self) {
            try patch(path, ["spec": ["disks": [name: .null]]])
        }
        for replica in replicas where LonghornReplicas.node(of: replica) == lost {
            _ = try simulation.request("DELETE", "\(Self.api)/replicas/\(replica.name)")
        }
        try patch(
            path,
            [
                "spec": [
                    "disks": [
                        name: .null,
                        "new": ["path": "/var/lib/longhorn/", "allowScheduling": true],
                    ]
                ]
            ])
        try simulation.run(seconds: 20)
        #expect(node().at("status", "diskStatus")?["new"]?["conditions"]?[0]?["status"] == "True")
        #expect(robustness == "healthy")
    }

    @Test func `the last healthy replica keeps a node from being drained`() throws {
        let world = { simulation.store.world }
        let place = try #require(healthy.first { $0.node != "w1" })
        let other = try #require(healthy.first { $0 != place })
        _ = try simulation.request(
            "DELETE", "/api/v1/namespaces/default/pods/p", ["gracePeriodSeconds": 0])
        try simulation.run(seconds: 5)
        #expect(volume.at("status", "state") == "detached")
        let replica = try #require(replicas.first { LonghornReplicas.place($0) == other })
        _ = try simulation.request("DELETE", "\(Self.api)/replicas/\(replica.name)")
        try patch("/api/v1/nodes/\(place.node)", ["spec": ["unschedulable": true]])
        try simulation.run(seconds: 4)
        let manager = LonghornInstances.name(place.node)
        func evict() throws {
            _ = try simulation.request(
                "POST", "/api/v1/namespaces/longhorn-system/pods/\(manager)/eviction",
                ["apiVersion": "policy/v1", "kind": "Eviction", "metadata": [:]])
        }
        let refusal = #expect(throws: StatusError.self) { try evict() }
        #expect(refusal?.code == 429)
        #expect(world().object(.disruptionBudgets, "longhorn-system", manager) != nil)
        try patch(
            "\(Self.api)/settings/node-drain-policy", ["value": "allow-if-replica-is-stopped"])
        try simulation.run(seconds: 2)
        try evict()
    }

    @Test func `a backup is restored under another name, with a size in exact bytes`() throws {
        try simulation.run(seconds: 1)
        let target = { self.simulation.store.world.all(.longhornBackupTargets)[0] }
        #expect(target().at("status", "available") == false)
        _ = try simulation.store.commit(
            [
                .put([
                    "apiVersion": "v1", "kind": "Secret",
                    "metadata": ["name": "s3", "namespace": "longhorn-system"],
                ])
            ], now: simulation.now)
        var backup = Longhorn.object("Backup", "b1", ["snapshotName": "s1"])
        backup.set("metadata", "labels", "backup-volume", to: .string(volume.name))
        _ = try simulation.request("POST", "\(Self.api)/backups", backup)
        try simulation.run(seconds: 3)
        let done = simulation.store.world.all(.longhornBackups)[0]
        #expect(done.at("status", "state") == "Completed")
        let url = try #require(done.at("status", "url")?.string)
        #expect(url == "s3://backups@eu/?backup=b1&volume=\(volume.name)")
        func restored(_ size: JSONValue) -> JSONValue {
            Longhorn.object(
                "Volume", "restored",
                [
                    "fromBackup": .string(url), "size": size, "numberOfReplicas": 2,
                    "frontend": "blockdev", "dataEngine": "v1",
                ])
        }
        for size in [.int(1_073_741_824), "1Gi"] as [JSONValue] {
            #expect(throws: StatusError.self) {
                try simulation.request("POST", "\(Self.api)/volumes", restored(size))
            }
        }
        _ = try simulation.request("POST", "\(Self.api)/volumes", restored("1073741824"))
        try simulation.run(seconds: 12)
        let world = simulation.store.world
        let status = world.object(.longhornVolumes, "longhorn-system", "restored")?["status"]
        #expect(status?["restoreRequired"] == false && status?["state"] == "detached")
        let copies = LonghornReplicas(of: "restored", in: world).healthy
        let original = disks.text(healthy[0].node, healthy[0].path)
        #expect(copies.count == 2 && original != nil)
        #expect(copies.allSatisfy { disks.text($0.node, $0.path) == original })
    }

    @Test func `a volume in use on a lost node is not attached elsewhere until it is released`()
        throws
    {
        var second = Sample.pod(
            "q",
            spec: [
                "nodeSelector": ["kubernetes.io/hostname": "w2"],
                "volumes": [["name": "d", "persistentVolumeClaim": ["claimName": "data"]]],
            ])
        second.set("metadata", "namespace", to: "default")
        simulation.connect("w1", connected: false)
        try simulation.run(seconds: 6)
        _ = try simulation.request("POST", "/api/v1/namespaces/default/pods", second)
        try simulation.run(seconds: 330)
        func isReady() -> Bool { simulation.pods.contains { $0.name == "q" && $0.isReady } }
        #expect(!isReady())
        #expect(
            simulation.store.world.all(.events).contains {
                $0["message"]?.string?.hasPrefix("Multi-Attach error") == true
            })
        try patch(
            "/api/v1/nodes/w1",
            [
                "spec": [
                    "taints": .array(
                        Taint.of(simulation.node("w1")) + [
                            [
                                "key": .string(Taint.outOfService), "value": "nodeshutdown",
                                "effect": "NoExecute",
                            ]
                        ])
                ]
            ])
        try simulation.run(seconds: 20)
        #expect(isReady())
    }
}
