import JSON
import Synchronization
import Testing

@testable import LabCluster

@Suite struct FleetTests {
    private static func map(_ value: String) -> [String: String] {
        [
            "infra/deep/app.yaml": """
            apiVersion: v1
            kind: ConfigMap
            metadata: { name: app, namespace: apps }
            data: { mode: \(value) }
            """
        ]
    }
    private static let (a, b) = (TestSource.hash("a"), TestSource.hash("b"))

    /// Both clusters, Fleet between them, and a way to act on its GitRepo.
    private final class Estate {
        let folders: [Folder]
        let management: Cluster, downstream: Cluster
        let source = TestSource(FleetTests.map("normal"))
        let controller: FleetController, agent: FleetAgent
        let isReachable = Reach()

        final class Reach: Sendable {
            private let value = Mutex(true)
            func set(_ new: Bool) { value.withLock { $0 = new } }
            var now: Bool { value.withLock(\.self) }
        }

        init(_ spec: JSONValue = [:]) throws {
            folders = [try Folder(), try Folder()]
            var repository = FleetTests.repository
            repository["spec"] = MergePatch.apply(spec, to: repository["spec"])
            let management = try Cluster(folders[0].options(), seed: [repository])
            downstream = try Cluster(folders[1].options(), seed: [])
            self.management = management
            controller = FleetController(
                management: management, source: source, clusterName: "oci")
            agent = FleetAgent(downstream: downstream, source: source, clusterName: "oci") {
                [isReachable] in isReachable.now ? management : nil
            }
        }

        deinit {
            management.stop()
            downstream.stop()
        }

        func rounds() {
            for _ in 0..<6 {
                agent.round()
                if isReachable.now { controller.round() }
            }
        }

        var gitRepo: JSONValue {
            management.object(.gitRepos, namespace: "fleet-default", name: "infra") ?? [:]
        }
        var mode: JSONValue? {
            downstream.object(.configMaps, namespace: "apps", name: "app")?.at("data", "mode")
        }

        func set(_ spec: JSONValue) throws {
            try management.update { world in
                var changed = world.object(.gitRepos, "fleet-default", "infra") ?? [:]
                changed["spec"] = MergePatch.apply(spec, to: changed["spec"])
                let generation = changed.at("metadata", "generation")?.int ?? 1
                changed.set("metadata", "generation", to: .int(generation + 1))
                return [.put(changed)]
            }
        }

        func drift() throws {
            try downstream.put([
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": "app", "namespace": "apps"], "data": ["mode": "by hand"],
            ])
        }
    }

    private static let repository: JSONValue = [
        "apiVersion": "fleet.cattle.io/v1alpha1", "kind": "GitRepo",
        "metadata": ["name": "infra", "namespace": "fleet-default"],
        "spec": ["repo": "file:///x", "branch": "main", "paths": ["infra"]],
    ]

    @Test func `without its deploy key nothing new is fetched, and what was deployed stays`() throws
    {
        let estate = try Estate()
        estate.rounds()
        #expect(estate.mode == "normal" && estate.gitRepo.isReady)
        try estate.set(["clientSecretName": "deploy-key"])
        estate.source.push("b", Self.map("maintenance"))
        estate.rounds()
        #expect(
            estate.gitRepo.condition("GitPolling")?["message"]?.string?
                .contains("secret \"deploy-key\" not found") == true)
        try estate.set(["repo": "git@git.invalid:team/infra.git"])
        estate.rounds()
        #expect(estate.gitRepo.condition("GitPolling")?["message"] == .string(DeployKey.missing))
        #expect(!estate.gitRepo.isReady && estate.mode == "normal")
        try estate.management.put([
            "apiVersion": "v1", "kind": "Secret",
            "metadata": ["name": "deploy-key", "namespace": "fleet-default"],
        ])
        estate.rounds()
        #expect(estate.gitRepo.isReady && estate.mode == "maintenance")
    }

    @Test func `a pause travels, a pin is deployed and drift is restored`() throws {
        let estate = try Estate(["correctDrift": ["enabled": true]])
        estate.rounds()
        #expect(estate.mode == "normal")
        #expect(estate.gitRepo.at("status", "display", "readyBundleDeployments") == "1/1")
        #expect(
            estate.gitRepo.isReady && estate.gitRepo.at("status", "commit") == .string(Self.a))

        try estate.set(["paused": true])
        estate.rounds()
        #expect(estate.management.objects(.bundles).map(\.isPaused) == [true])
        #expect(estate.management.objects(.bundleDeployments).map(\.isPaused) == [true])
        try estate.drift()
        estate.source.push("b", Self.map("new"))
        estate.rounds()
        #expect(estate.mode == "by hand")
        #expect(estate.gitRepo.at("status", "commit") == .string(Self.a))

        try estate.set(["paused": false, "revision": .string(Self.a)])
        estate.rounds()
        #expect(estate.mode == "new", "where a branch is named no revision is cloned")
        #expect(!estate.gitRepo.isReady)
        try estate.set(["branch": .null])
        estate.rounds()
        #expect(estate.mode == "normal" && estate.gitRepo.isReady)
        #expect(estate.gitRepo.at("status", "commit") == .string(Self.a))
        #expect(
            estate.gitRepo.at("status", "observedGeneration")
                == estate.gitRepo.at("metadata", "generation"))
        try estate.set(["revision": .null, "branch": "main"])
        estate.rounds()
        #expect(estate.mode == "new")
        estate.source.push("c", ["infra/README.md": "empty"])
        estate.rounds()
        #expect(estate.mode == nil)
    }

    @Test func `while Git does not answer a GitRepo says so and keeps what it has`() throws {
        let estate = try Estate()
        estate.rounds()
        estate.source.breakDown()
        estate.rounds()
        let polling = estate.gitRepo.condition("GitPolling")
        #expect(polling?["status"] == "False" && polling?["message"] == "no route to host")
        #expect(!estate.gitRepo.isReady && estate.mode == "normal")
        #expect(estate.gitRepo.at("status", "commit") == .string(Self.a))
        estate.source.mend()
        estate.rounds()
        #expect(estate.gitRepo.isReady)
    }

    @Test func `drift is reported, and put right only by a forced deployment`() throws {
        let estate = try Estate()
        estate.rounds()
        try estate.drift()
        estate.rounds()
        #expect(estate.mode == "by hand" && !estate.gitRepo.isReady)
        let state = estate.management.objects(.bundleDeployments)[0].at(
            "status", "display", "state")
        #expect(state == "Modified")
        try estate.set(["forceSyncGeneration": 1])
        estate.rounds()
        #expect(estate.mode == "normal" && estate.gitRepo.isReady)
    }

    @Test(arguments: [true, false])
    func `a GitRepo takes its workloads with it unless it keeps them`(keeps: Bool) throws {
        let estate = try Estate(["keepResources": .bool(keeps)])
        estate.rounds()
        try estate.management.remove(.gitRepos, namespace: "fleet-default", name: "infra")
        estate.rounds()
        #expect(estate.management.objects(.bundleDeployments).isEmpty)
        #expect(estate.mode == (keeps ? "normal" : nil))
    }

    @Test func `an agent that hears nothing goes on with what it heard last`() throws {
        let estate = try Estate(["correctDrift": ["enabled": true]])
        estate.rounds()
        estate.isReachable.set(false)
        try estate.drift()
        estate.rounds()
        #expect(estate.mode == "normal")
        try estate.set(["paused": true])
        try estate.drift()
        estate.rounds()
        // The pause does not reach it.
        #expect(estate.mode == "normal")
    }

    @Test(arguments: [true, false])
    func `what a restored management cluster knows nothing of is taken away`(keeps: Bool) throws {
        let estate = try Estate(["keepResources": .bool(keeps)])
        estate.rounds()
        let known = estate.management.objects(.bundleDeployments)
        /// As from a snapshot that is older than the repository.
        func lose() throws {
            for resource in [ResourceKey.gitRepos, .bundles, .bundleDeployments] {
                for object in estate.management.objects(resource) {
                    try estate.management.remove(
                        resource, namespace: object.namespace, name: object.name)
                }
            }
        }
        var now = Moment.now
        func round(later seconds: Int) {
            now = now.adding(.seconds(seconds))
            estate.agent.round(now: now)
        }
        // Cut off, an agent hears of nothing, however long that lasts.
        estate.isReachable.set(false)
        try lose()
        round(later: 1)
        round(later: 60)
        #expect(estate.mode == "normal")
        // In touch it waits, and who is back in time is no orphan.
        estate.isReachable.set(true)
        round(later: 1)
        try estate.management.put(known)
        round(later: 60)
        #expect(estate.mode == "normal")
        try lose()
        round(later: 1)
        round(later: 10)
        #expect(estate.mode == "normal")
        round(later: 10)
        #expect(estate.mode == (keeps ? "normal" : nil))
    }

    @Test func `a paused cluster holds every deployment`() throws {
        let estate = try Estate()
        estate.rounds()
        try estate.management.update { world in
            var cluster = world.object(.fleetClusters, "fleet-default", "oci") ?? [:]
            cluster.set("spec", "paused", to: true)
            return [.put(cluster)]
        }
        estate.source.push("b", Self.map("new"))
        estate.rounds()
        #expect(estate.mode == "normal")
        #expect(estate.management.objects(.bundleDeployments).map(\.isPaused) == [true])
    }

    @Test func `what is not simulated stands in the status`() throws {
        let estate = try Estate()
        estate.source.push("b", ["infra/fleet.yaml": "helm: { chart: x }"])
        estate.rounds()
        let deployment = estate.management.objects(.bundleDeployments)[0]
        #expect(
            deployment.condition("Ready")?["message"]
                == "infra/fleet.yaml: not simulated")
    }

    @Test func `without its pods an installed agent does nothing`() throws {
        let estate = try Estate()
        try estate.downstream.put(Sample.deployment("fleet-agent", replicas: 1))
        estate.rounds()
        #expect(estate.mode == nil)
    }
}
