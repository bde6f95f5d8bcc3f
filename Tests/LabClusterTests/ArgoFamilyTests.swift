import JSON
import Testing

@testable import LabCluster

/// Applications that come from applications, and from sets.
@Suite struct ArgoFamilyTests {
    private static let a = JSONValue.string(TestSource.hash("a"))

    private static let child = """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: { name: web, namespace: argocd }
        spec:
          project: default
          source: { repoURL: x, targetRevision: main, path: web }
          destination: { server: https://kubernetes.default.svc, namespace: apps }
          syncPolicy:
            automated: { prune: true, selfHeal: true }
            syncOptions: [CreateNamespace=true]
        """

    private func estate() throws -> ArgoEstate {
        let estate = try ArgoEstate(
            ["root/web.yaml": Self.child, "web/one.yaml": ArgoEstate.map("one", "1")],
            [ArgoEstate.application("root", path: "root")])
        estate.rounds(seconds: 4)
        return estate
    }

    @Test func `a root with self-heal puts its child's policy back`() throws {
        let estate = try estate()
        #expect(estate.map("one") != nil)
        try estate.patch("web", ["spec": ["syncPolicy": ["automated": .null]]])
        estate.rounds()
        #expect(estate.app("web").at("spec", "syncPolicy", "automated") != nil)
        // Root first, then the child: now it holds.
        try estate.patch("root", ["spec": ["syncPolicy": ["automated": .null]]])
        try estate.patch("web", ["spec": ["syncPolicy": ["automated": .null]]])
        estate.rounds(seconds: 8)
        #expect(estate.app("web").at("spec", "syncPolicy", "automated") == nil)
        #expect(estate.app("root").at("status", "sync", "status") == "OutOfSync")
    }

    @Test func `a pinned root does not pin its children`() throws {
        let estate = try estate()
        try estate.patch("root", ["spec": ["source": ["targetRevision": Self.a]]])
        estate.source.push(
            "b", ["root/web.yaml": Self.child, "web/one.yaml": ArgoEstate.map("one", "11")])
        estate.rounds(seconds: 8)
        #expect(estate.app("root").at("status", "sync", "revision") == Self.a)
        #expect(estate.map("one")?.at("data", "mode") == "11")
    }

    @Test func `health of a child counts only where argocd-cm says how`() throws {
        let estate = try estate()
        try estate.patch("web", ["status": ["health": ["status": "Degraded"]]])
        try estate.run("argocd-application-controller")
        #expect(
            HealthRules(estate.cluster.world, namespace: "argocd").health(estate.app("web")) == nil)
        try estate.cluster.put([
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "argocd-cm", "namespace": "argocd"],
            "data": ["resource.customizations.health.argoproj.io_Application": "lua"],
        ])
        let rules = HealthRules(estate.cluster.world, namespace: "argocd")
        #expect(rules.health(estate.app("web"))?.state == .degraded)
    }

    private func set(_ generator: JSONValue, go: Bool = false) -> JSONValue {
        let place = go ? "{{.path.basename}}" : "{{path.basename}}"
        let path = go ? "{{ .path.path }}" : "{{path}}"
        return [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet",
            "metadata": ["name": "all", "namespace": "argocd", "uid": "set"],
            "spec": [
                "goTemplate": .bool(go), "generators": [generator],
                "template": [
                    "metadata": ["name": .string("app-\(place)")],
                    "spec": [
                        "project": "default",
                        "source": [
                            "repoURL": "x", "targetRevision": "main", "path": .string(path),
                        ],
                        "destination": [
                            "server": "https://kubernetes.default.svc", "namespace": "apps",
                        ],
                        "syncPolicy": [
                            "automated": ["selfHeal": true],
                            "syncOptions": ["CreateNamespace=true"],
                        ],
                    ],
                ],
            ],
        ]
    }

    private static let directories: JSONValue = [
        "git": ["repoURL": "x", "revision": "main", "directories": [["path": "apps/*"]]]
    ]

    @Test(arguments: [false, true])
    func `a set makes an application for each directory`(go: Bool) throws {
        let files = [
            "apps/one/x.yaml": ArgoEstate.map("one", "1"),
            "apps/two/x.yaml": ArgoEstate.map("two", "2"),
            "apps/two/deep/y.yaml": "",
        ]
        let estate = try ArgoEstate(files, [set(Self.directories, go: go)])
        estate.rounds()
        #expect(estate.cluster.objects(.applications).map(\.name) == ["app-one", "app-two"])
        #expect(estate.map("one") != nil && estate.map("two") != nil)

        // A hand on the child is undone unless the generator stands still.
        try estate.patch("app-one", ["spec": ["syncPolicy": ["automated": .null]]])
        estate.rounds()
        #expect(estate.app("app-one").at("spec", "syncPolicy", "automated") != nil)
        try estate.run("argocd-applicationset-controller", false)
        try estate.patch("app-one", ["spec": ["syncPolicy": ["automated": .null]]])
        estate.rounds()
        #expect(estate.app("app-one").at("spec", "syncPolicy", "automated") == nil)

        try estate.run("argocd-applicationset-controller")
        estate.source.push("b", ["apps/one/x.yaml": ArgoEstate.map("one", "1")])
        estate.rounds()
        #expect(estate.app("app-two") == [:] && estate.map("two") == nil)
    }

    @Test func `a list is one, and any other generator is refused`() throws {
        let list: JSONValue = [
            "list": [
                "elements": [["path": ["basename": "x", "path": "apps"]]]
            ]
        ]
        let estate = try ArgoEstate(["apps/x.yaml": ArgoEstate.map("one", "1")], [set(list)])
        estate.rounds()
        #expect(estate.cluster.objects(.applications).map(\.name) == ["app-x"])
        try estate.patch(.applicationSets, "all", ["spec": ["generators": [["clusters": [:]]]]])
        estate.rounds()
        let condition = estate.cluster.objects(.applicationSets)[0].condition("ErrorOccurred")
        #expect(condition?["message"] == "generator clusters is not simulated")
        // What was made stays.
        #expect(estate.app("app-x") != [:])
    }

    @Test func `waves wait for the health of the one before`() throws {
        let files = [
            "web/a.yaml": """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: { name: data }
            spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
            """,
            "web/b.yaml": """
            apiVersion: v1
            kind: ConfigMap
            metadata: { name: one, annotations: { argocd.argoproj.io/sync-wave: "1" } }
            """,
        ]
        let estate = try ArgoEstate(files, [ArgoEstate.application("web", path: "web")])
        estate.rounds()
        let state = estate.app("web").at("status", "operationState")
        #expect(state?["phase"] == "Running" && estate.map("one") == nil)
        try estate.patch(
            .persistentVolumeClaims, "data", ["status": ["phase": "Bound"]], namespace: "apps")
        try estate.cluster.update { world in
            var claim = world.object(.persistentVolumeClaims, "apps", "data") ?? [:]
            claim.set("status", "phase", to: "Bound")
            return [.put(claim)]
        }
        estate.rounds()
        #expect(estate.app("web").at("status", "operationState", "phase") == "Succeeded")
        #expect(estate.map("one") != nil)
    }
}
