import JSON

@testable import LabCluster

/// A cluster with Argo CD in it, moved by hand: its rounds, no threads.
final class ArgoEstate {
    let folder: Folder
    let cluster: Cluster
    let source: TestSource
    let argo: ArgoController
    private(set) var now = Moment.now

    init(_ files: [String: String], _ objects: [JSONValue]) throws {
        folder = try Folder()
        cluster = try Cluster(folder.options(), seed: [Sample.node("n1")] + Self.install + objects)
        source = TestSource(files)
        argo = ArgoController(cluster, source: source)
        cluster.setAgent("n1", isConnected: true)
        for name in Self.programs { try run(name) }
    }

    deinit { cluster.stop() }

    private static let programs = [
        "argocd-application-controller", "argocd-repo-server", "argocd-redis",
        "argocd-applicationset-controller",
    ]

    private static var install: [JSONValue] {
        programs.map { name in
            var workload = Sample.deployment(name, replicas: 1)
            workload.set("metadata", "namespace", to: "argocd")
            return workload
        }
    }

    /// Puts a Ready pod of `name` there, or takes it away.
    func run(_ name: String, _ isRunning: Bool = true) throws {
        guard isRunning else {
            return try cluster.remove(.pods, namespace: "argocd", name: name)
        }
        var pod = Sample.pod(name, on: "n1")
        pod.set("metadata", "namespace", to: "argocd")
        pod.set("metadata", "labels", "app", to: .string(name))
        pod.set("status", "phase", to: "Running")
        pod.setCondition("Ready", "True", now: now)
        try cluster.put(pod)
    }

    /// Lets `seconds` pass, five rounds in each.
    func rounds(seconds: Int = 2) {
        for _ in 0..<(seconds * 5) {
            now = now.adding(.milliseconds(200))
            argo.round(now: now)
        }
    }

    func app(_ name: String) -> JSONValue {
        cluster.object(.applications, namespace: "argocd", name: name) ?? [:]
    }
    func map(_ name: String) -> JSONValue? {
        cluster.object(.configMaps, namespace: "apps", name: name)
    }

    /// As `kubectl patch --type merge`.
    func patch(
        _ resource: ResourceKey, _ name: String, _ patch: JSONValue,
        namespace: String = "argocd"
    ) throws {
        try cluster.update { world in
            guard let old = world.object(resource, namespace, name),
                let type = ResourceType.of(resource)
            else { return [] }
            let new = MergePatch.apply(patch, to: old)
            guard
                let admitted = try? cluster.admission.updated(
                    new, from: old, type, subresource: nil)
            else { return [] }
            return [.put(admitted)]
        }
    }

    func patch(_ application: String, _ patch: JSONValue) throws {
        try self.patch(.applications, application, patch)
    }

    func delete(_ name: String) throws {
        try cluster.update { world in
            world.object(.applications, "argocd", name).map {
                Deletion.writes(of: $0, grace: nil, now: now)
            } ?? []
        }
    }

    static func application(
        _ name: String, path: String,
        policy: JSONValue? = ["automated": ["prune": true, "selfHeal": true]],
        finalizer: Bool = false
    ) -> JSONValue {
        var application: JSONValue = [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": ["name": .string(name), "namespace": "argocd"],
            "spec": [
                "project": "default",
                "source": ["repoURL": "x", "targetRevision": "main", "path": .string(path)],
                "destination": [
                    "server": "https://kubernetes.default.svc", "namespace": "apps",
                ],
            ],
        ]
        var policy = policy ?? [:]
        policy["syncOptions"] = ["CreateNamespace=true"]
        application.set("spec", "syncPolicy", to: policy)
        if finalizer {
            application.set("metadata", "finalizers", to: [.string(ArgoNames.finalizer)])
        }
        return application
    }

    static func map(_ name: String, _ value: String) -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: \(name) }
        data: { mode: "\(value)" }

        """
    }
}
