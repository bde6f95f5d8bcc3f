import JSON

@testable import LabCluster

/// A cluster with Flux in it, moved by hand: its rounds, no threads.
final class FluxEstate {
    let folder: Folder
    let cluster: Cluster
    let source: TestSource
    let flux: FluxController
    private(set) var now = Moment.now

    init(_ files: [String: String], _ objects: [JSONValue] = []) throws {
        folder = try Folder()
        let install = Self.programs.map { name in
            var workload = Sample.deployment(name, replicas: 1)
            workload.set("metadata", "namespace", to: "flux-system")
            return workload
        }
        let seed = [Sample.node("n1"), Self.repository, Self.kustomization("root")] + install
        var options = folder.options()
        options.customGroups = ["helm.toolkit.fluxcd.io"]
        cluster = try Cluster(options, seed: seed + objects)
        source = TestSource(files)
        flux = FluxController(cluster, source: source)
        cluster.setAgent("n1", isConnected: true)
        for name in Self.programs { try run(name) }
    }

    deinit { cluster.stop() }

    private static let programs = ["source-controller", "kustomize-controller", "helm-controller"]

    static let repository: JSONValue = [
        "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
        "metadata": ["name": "flux-system", "namespace": "flux-system"],
        "spec": ["url": "x", "interval": "1m", "ref": ["branch": "main"]],
    ]

    static func kustomization(_ name: String, _ spec: JSONValue = [:]) -> JSONValue {
        let base: JSONValue = [
            "interval": "10m", "path": .string("./\(name)"), "prune": true,
            "sourceRef": ["kind": "GitRepository", "name": "flux-system"],
        ]
        return [
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
            "metadata": ["name": .string(name), "namespace": "flux-system"],
            "spec": MergePatch.apply(spec, to: base),
        ]
    }

    static func map(_ name: String, _ value: String, _ more: String = "") -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: \(name), namespace: default\(more) }
        data: { mode: "\(value)" }

        """
    }

    func run(_ name: String, _ isRunning: Bool = true) throws {
        guard isRunning else {
            return try cluster.remove(.pods, namespace: "flux-system", name: name)
        }
        var pod = Sample.pod(name, on: "n1")
        pod.set("metadata", "namespace", to: "flux-system")
        pod.set("metadata", "labels", "app", to: .string(name))
        pod.set("status", "phase", to: "Running")
        pod.setCondition("Ready", "True", now: now)
        try cluster.put(pod)
    }

    /// Lets `seconds` pass, five rounds in each; an interval of a minute is one.
    func rounds(seconds: Int = 2) {
        for _ in 0..<(seconds * 5) {
            now = now.adding(.milliseconds(200))
            flux.round(now: now)
        }
    }

    func kustomization(_ name: String) -> JSONValue {
        cluster.object(.kustomizations, namespace: "flux-system", name: name) ?? [:]
    }
    var repository: JSONValue {
        cluster.object(.gitRepositories, namespace: "flux-system", name: "flux-system") ?? [:]
    }
    func map(_ name: String) -> JSONValue? {
        cluster.object(.configMaps, namespace: "default", name: name)
    }

    /// As `kubectl patch --type merge`; `manager` is noted as the writer of
    /// `fields`.
    func patch(
        _ resource: ResourceKey, _ name: String, _ patch: JSONValue,
        namespace: String = "flux-system", manager: String? = nil, fields: JSONValue = [:]
    ) throws {
        try cluster.update { world in
            guard let old = world.object(resource, namespace, name),
                let type = ResourceType.of(resource),
                var new = try? cluster.admission.updated(
                    MergePatch.apply(patch, to: old), from: old, type, subresource: nil)
            else { return [] }
            if let manager {
                new.set(
                    "metadata", "managedFields",
                    to: [
                        [
                            "manager": .string(manager), "operation": "Update",
                            "apiVersion": new["apiVersion"] ?? "", "fieldsType": "FieldsV1",
                            "fieldsV1": fields,
                        ]
                    ])
            }
            return [.put(new)]
        }
    }

    func request(_ resource: ResourceKey, _ name: String, _ mark: String) throws {
        try patch(
            resource, name, ["metadata": ["annotations": [FluxNames.requested: .string(mark)]]])
    }
}
