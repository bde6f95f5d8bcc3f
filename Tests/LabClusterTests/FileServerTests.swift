import JSON
import Testing

@testable import LabCluster

@Suite struct FileServerTests {
    private static let server = "192.0.2.5"
    private static let volume: JSONValue = [
        "apiVersion": "v1", "kind": "PersistentVolume", "metadata": ["name": "shared"],
        "spec": [
            "capacity": ["storage": "1Gi"], "accessModes": ["ReadWriteMany"],
            "storageClassName": "nfs", "persistentVolumeReclaimPolicy": "Retain",
            "claimRef": ["namespace": "default", "name": "data"],
            "nfs": ["server": .string(server), "path": "/srv/media"],
        ],
    ]
    private static let claim: JSONValue = [
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": ["name": "data", "namespace": "default"],
        "spec": [
            "storageClassName": "nfs", "accessModes": ["ReadWriteMany"], "volumeName": "shared",
            "resources": ["requests": ["storage": "1Gi"]],
        ],
    ]

    private static func pod(_ name: String, _ more: JSONValue = [:]) -> JSONValue {
        var spec: JSONValue = [
            "volumes": [["name": "d", "persistentVolumeClaim": ["claimName": "data"]]]
        ]
        for (key, value) in more.object ?? [:] { spec[key] = value }
        return Sample.pod(name, on: "w1", spec: spec)
    }

    private func estate(_ pods: [JSONValue]) throws -> (Simulation, MemoryFileServers, MemoryDisks)
    {
        let simulation = try Simulation([Sample.node("w1"), Self.volume, Self.claim] + pods)
        let servers = MemoryFileServers()
        let disks = MemoryDisks()
        simulation.options.fileServers = servers
        simulation.options.disks = disks
        simulation.connect("w1")
        try simulation.run(seconds: 5)
        return (simulation, servers, disks)
    }

    private func create(_ simulation: Simulation, _ pod: JSONValue) throws {
        _ = try simulation.request("POST", "/api/v1/namespaces/default/pods", pod)
    }

    private func delete(_ simulation: Simulation, _ name: String, force: Bool = false) throws {
        _ = try simulation.request(
            "DELETE", "/api/v1/namespaces/default/pods/\(name)",
            force ? ["gracePeriodSeconds": 0] : nil)
    }

    private func pod(_ simulation: Simulation, _ name: String) -> JSONValue? {
        simulation.store.world.object(.pods, "default", name)
    }

    private func said(_ simulation: Simulation, _ reason: String) -> String? {
        simulation.store.world.all(.events).first { $0["reason"]?.string == reason }?["message"]?
            .string
    }

    @Test func `a server that is down holds up new pods, keeps old ones, and comes back`() throws {
        let (simulation, servers, disks) = try estate([Self.pod("old")])
        #expect(pod(simulation, "old")?.isReady == true)
        let place = VolumePlace(node: "", path: "/nfs/\(Self.server)/srv/media")
        #expect(disks.places[place]?.hasPrefix("begun by default/data") == true)
        servers.set(Self.server) { $0.isUp = false }
        try create(simulation, Self.pod("new"))
        try simulation.run(seconds: 5)
        #expect(pod(simulation, "new")?.phase == "Pending")
        #expect(said(simulation, "FailedMount")?.contains("Connection timed out") == true)
        // It runs on, and Ready says nothing of its hanging I/O.
        #expect(pod(simulation, "old")?.isReady == true)
        #expect(said(simulation, "FileServerNotResponding")?.contains("still trying") == true)
        try delete(simulation, "old")
        try simulation.run(seconds: 60)
        #expect(pod(simulation, "old")?.isTerminating == true)
        servers.set(Self.server) { $0.isUp = true }
        try simulation.run(seconds: 4)
        #expect(pod(simulation, "old") == nil && pod(simulation, "new")?.isReady == true)
        #expect(servers.mounts(on: "w1").map(\.pod) == [pod(simulation, "new")?.uid])
    }

    @Test func `a probe notices, a job waits`() throws {
        let (simulation, servers, _) = try estate([])
        var probed = Self.pod("probed")
        probed.set(
            "spec", "containers",
            to: [["name": "c", "image": "i", "readinessProbe": ["exec": ["command": ["ls"]]]]])
        servers.set(Self.server) { _ in }
        try create(simulation, probed)
        try create(simulation, Self.pod("job", ["restartPolicy": "Never"]))
        try simulation.run(seconds: 1)
        while pod(simulation, "job")?.phase != "Running" { try simulation.run(seconds: 1) }
        servers.set(Self.server) { $0.isUp = false }
        try simulation.run(seconds: 20)
        #expect(pod(simulation, "probed")?.phase == "Running")
        #expect(pod(simulation, "probed")?.isReady == false)
        #expect(pod(simulation, "job")?.phase == "Running")
        servers.set(Self.server) { $0.generation += 1 }
        servers.set(Self.server) { $0.isUp = true }
        try simulation.run(seconds: 3)
        #expect(pod(simulation, "job")?.phase == "Failed")
        #expect(pod(simulation, "probed")?.isReady == false)
    }

    @Test func `another identity makes handles stale until the pod is new`() throws {
        let (simulation, servers, _) = try estate([Self.pod("a")])
        servers.set(Self.server) { $0.generation += 1 }
        try simulation.run(seconds: 3)
        #expect(said(simulation, "StaleFileHandle")?.hasSuffix("Stale file handle") == true)
        let stale = try #require(servers.mounts(on: "w1").first)
        #expect(stale.generation == 0)
        try delete(simulation, "a")
        try simulation.run(seconds: 4)
        #expect(pod(simulation, "a") == nil && servers.mounts(on: "w1").isEmpty)
        try create(simulation, Self.pod("a"))
        try simulation.run(seconds: 4)
        #expect(pod(simulation, "a")?.isReady == true)
        #expect(servers.mounts(on: "w1").map(\.generation) == [1])
    }

    @Test func `with fsGroup a new pod stays broken while a stale mount is left`() throws {
        let (simulation, servers, _) = try estate([Self.pod("a")])
        servers.set(Self.server) { $0.generation += 1 }
        try create(simulation, Self.pod("plain"))
        try create(simulation, Self.pod("grouped", ["securityContext": ["fsGroup": 1000]]))
        try simulation.run(seconds: 6)
        #expect(pod(simulation, "plain")?.isReady == true)
        #expect(pod(simulation, "grouped")?.phase == "Pending")
        #expect(said(simulation, "FailedMount")?.contains("applyFSGroup failed") == true)
        var stale = try #require(servers.mounts(on: "w1").first { $0.generation == 0 })
        stale.isDetached = true // umount -f -l
        servers.mount(stale, on: "w1")
        try simulation.run(seconds: 3)
        #expect(pod(simulation, "grouped")?.isReady == true)
        // The old pod still has it open.
        #expect(servers.mounts(on: "w1").contains(stale))
    }

    @Test func `a pod forced away while the server is down leaves a kubelet that hangs`() throws {
        let (simulation, servers, _) = try estate([Self.pod("a")])
        servers.set(Self.server) { $0.isUp = false }
        try simulation.run(seconds: 2)
        try delete(simulation, "a", force: true)
        try simulation.run(seconds: 2)
        #expect(pod(simulation, "a") == nil)
        try create(simulation, Sample.pod("other", on: "w1"))
        servers.set(Self.server) { $0.isUp = true }
        try simulation.run(seconds: 30)
        // No pod of the node starts, whatever its volumes are, though the server is back.
        #expect(pod(simulation, "other")?.phase == "Pending")
        servers.restartKubelet("w1")
        try simulation.run(seconds: 4)
        #expect(pod(simulation, "other")?.isReady == true && servers.mounts(on: "w1").isEmpty)
    }

    @Test func `volumes of the CSI driver and those written in a pod are mounts too`() throws {
        let (simulation, servers, _) = try estate([])
        var inline = Sample.pod("inline", on: "w1")
        inline.set(
            "spec", "volumes",
            to: [["name": "v", "nfs": ["server": .string(Self.server), "path": "/srv/x"]]])
        var csi = Sample.pod("csi", on: "w1")
        csi.set(
            "spec", "volumes",
            to: [
                [
                    "name": "v",
                    "csi": [
                        "driver": "nfs.csi.k8s.io",
                        "volumeAttributes": ["server": .string(Self.server), "share": "/srv/y"],
                    ],
                ]
            ])
        try create(simulation, inline)
        try create(simulation, csi)
        try simulation.run(seconds: 4)
        #expect(simulation.pods.allSatisfy { $0.isReady })
        let targets = servers.mounts(on: "w1").map { $0.target.split(separator: "/").dropFirst(5) }
        #expect(targets.contains(["volumes", "kubernetes.io~nfs", "v"]))
        #expect(targets.contains(["volumes", "kubernetes.io~csi", "v", "mount"]))
    }
}
