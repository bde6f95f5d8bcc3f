import JSON
import Synchronization
import Testing

@testable import LabCluster

/// A repository a test can push to.
final class TestSource: ManifestSource {
    let commits: Mutex<[(commit: String, manifests: [JSONValue])]>

    init(_ first: [JSONValue]) { commits = Mutex([("1", first)]) }

    func push(_ commit: String, _ manifests: [JSONValue]) {
        commits.withLock { $0.append((commit, manifests)) }
    }

    func head(repository: String, branch: String) -> String {
        commits.withLock { $0.last?.commit ?? "" }
    }

    func manifests(repository: String, commit: String, path: String) -> [JSONValue] {
        commits.withLock { $0.last { $0.commit == commit }?.manifests ?? [] }
    }
}

@Suite struct FleetTests {
    static func configMap(_ value: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "app", "namespace": "apps"],
            "data": ["mode": .string(value)],
        ]
    }

    private static let repository: JSONValue = [
        "apiVersion": "fleet.cattle.io/v1alpha1", "kind": "GitRepo",
        "metadata": ["name": "infra", "namespace": "fleet-default"],
        "spec": ["repo": "file:///x", "branch": "main", "paths": ["infra"]],
    ]

    @Test func `a pause travels, a pin is deployed and drift is restored`() throws {
        let folders = (try Folder(), try Folder())
        let management = try Cluster(folders.0.options(), seed: [Self.repository])
        let downstream = try Cluster(folders.1.options(), seed: [])
        defer {
            management.stop()
            downstream.stop()
        }
        let source = TestSource([Self.configMap("normal")])
        let fleet = FleetController(
            management: management, downstream: downstream, source: source, clusterName: "oci")
        func rounds() { for _ in 0..<6 { fleet.round() } }
        func gitRepo() -> JSONValue {
            management.object(.gitRepos, namespace: "fleet-default", name: "infra") ?? [:]
        }
        func set(_ spec: JSONValue) throws {
            try management.update { world in
                var changed = gitRepoIn(world)
                changed["spec"] = MergePatch.apply(spec, to: changed["spec"])
                let generation = changed.at("metadata", "generation")?.int ?? 1
                changed.set("metadata", "generation", to: .int(generation + 1))
                return [.put(changed)]
            }
        }
        func gitRepoIn(_ world: World) -> JSONValue {
            world.object(.gitRepos, "fleet-default", "infra") ?? [:]
        }
        func mode() -> JSONValue? {
            downstream.object(.configMaps, namespace: "apps", name: "app")?.at("data", "mode")
        }
        rounds()
        #expect(mode() == "normal")
        #expect(gitRepo().at("status", "display", "readyBundleDeployments") == "1/1")
        #expect(gitRepo().isReady && gitRepo().at("status", "commit") == "1")

        try set(["paused": true])
        rounds()
        #expect(management.objects(.bundles).map(\.isPaused) == [true])
        #expect(management.objects(.bundleDeployments).map(\.isPaused) == [true])
        try downstream.put(Self.configMap("by hand"))
        source.push("2", [Self.configMap("new")])
        rounds()
        #expect(mode() == "by hand" && gitRepo().at("status", "commit") == "1")

        try set(["paused": false, "revision": "1"])
        rounds()
        #expect(mode() == "normal" && gitRepo().at("status", "commit") == "1")
        #expect(
            gitRepo().at("status", "observedGeneration") == gitRepo().at("metadata", "generation"))
        try set(["revision": .null])
        rounds()
        #expect(mode() == "new")
        source.push("3", [])
        rounds()
        #expect(mode() == nil)
    }
}
