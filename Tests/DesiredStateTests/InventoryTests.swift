import DesiredState
import JSON
import Testing

/// An inventory of texts by path.
func inventory(
    _ files: [String: String], path: String = "home", isDeep: Bool = true,
    urls: [String] = ["https://git.example/state.git"]
) -> Inventory {
    // A file's text tells it from another as well as its blob would.
    Inventory(
        files: files.mapValues { Array($0.utf8) }, stamps: files, path: path, isDeep: isDeep,
        urls: urls)
}

/// A manifest of one object.
func manifest(_ kind: String, _ name: String, _ rest: String = "", version: String = "v1")
    -> String
{
    "apiVersion: \(version)\nkind: \(kind)\nmetadata:\n  name: \(name)\n\(rest)"
}

/// An Argo CD Application of `path`.
func application(_ name: String, path: String, _ source: String = "", policy: String = "")
    -> String
{
    """
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: { name: \(name), namespace: argocd }
    spec:
      source: { repoURL: "git@git.example:state.git", path: \(path), targetRevision: main\(source) }
      destination: { namespace: \(name) }
      syncPolicy: { \(policy) }

    """
}

/// A Flux Kustomization of `path`, with more of its spec.
func kustomization(_ name: String, path: String, _ more: String = "") -> String {
    """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: { name: \(name), namespace: flux-system }
    spec: { path: ./\(path), prune: true, sourceRef: { kind: GitRepository, name: s }\(more) }

    """
}

@Suite struct InventoryTests {
    @Test func `documents, Lists, line ends, marks and comments are read, with file and line`() {
        let found = inventory([
            "home/a.yaml": "\u{FEFF}# first\r\n"
                + manifest("ConfigMap", "one").replacing("\n", with: "\r\n") + "---\r\n---\r\n"
                + manifest("ConfigMap", "two").replacing("\n", with: "\r\n"),
            "home/list.json": #"{"apiVersion":"v1","kind":"List","items":["#
                + #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"x"}}]}"#,
        ])
        #expect(found.faults.isEmpty)
        #expect(
            found.objects.map { "\($0.name) \($0.file):\($0.line)" } == [
                "ConfigMap default/one home/a.yaml:2", "ConfigMap default/two home/a.yaml:8",
                "Namespace x home/list.json:1",
            ])
        #expect(found.objects.allSatisfy { $0.standing == .plain })
    }

    @Test(arguments: [
        ("a: 1\na: 2\n", "RB-DUPKEY"), ("a:\n\t- b\n", "RB-YAML"), ("a: [1\n", "RB-YAML"),
        ("a: \"x\0y\"\n", "RB-NUL"), ("a: *b\n", "RB-ALIAS"), ("a: !!python/object x\n", "RB-TAG"),
        ("a: 1\n", "DS-KIND"), ("kind: ConfigMap\n", "DS-KIND"),
    ])
    func `what two readers would read in two ways is a fault`(_ text: String, _ code: String) {
        let found = inventory(["home/a.yaml": text, "home/b.yaml": manifest("Namespace", "x")])
        #expect(found.faults.map(\.code) == [code])
        #expect(found.faults.first?.file == "home/a.yaml")
        #expect(found.objects.count == 1)
    }

    @Test func `a text that repeats itself exponentially ends at once`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let before = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(before)]\n"
        }
        #expect(inventory(["home/a.yaml": text]).faults.map(\.code) == ["RB-NODES"])
        let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        #expect(inventory(["home/a.yaml": "a: \(deep)\n"]).faults.map(\.code) == ["RB-DEPTH"])
        let huge = "a: \"" + String(repeating: "x", count: 1 << 20) + "\"\n"
        #expect(inventory(["home/a.yaml": huge]).faults.map(\.code) == ["RB-SIZE"])
    }

    @Test func `anchors, merge keys and long definitions are YAML of manifests`() {
        let text =
            manifest("ConfigMap", "one", "common: &c { a: \"1\", b: \"2\" }\n")
            + "data:\n  <<: *c\n  b: \"3\"\nagain: *c\n"
        let found = inventory(["home/a.yaml": text])
        #expect(found.faults.isEmpty)
        #expect(found.objects.first?.manifest["data"] == ["a": "1", "b": "3"])
        let many = (0..<20_000).map { "  k\($0): v\n" }.joined()
        let long = inventory(["home/a.yaml": manifest("ConfigMap", "long", "data:\n\(many)")])
        #expect(long.faults.isEmpty)
    }

    @Test func `an app of apps is followed, and each object goes where its Application says`() {
        let found = inventory(
            [
                "apps/web.yaml": application("web", path: "work/web"),
                "work/web/a.yaml": manifest("Service", "web") + "---\n"
                    + manifest("ClusterRole", "reader", version: "rbac.authorization.k8s.io/v1"),
                "work/web/deep/b.yaml": manifest("Service", "deep"),
                "work/other/c.yaml": manifest("Service", "other"),
            ], path: "apps/", isDeep: false)
        let standing = Dictionary(
            uniqueKeysWithValues: found.objects.map { ($0.name.description, $0.standing) })
        #expect(
            standing == [
                "Application.argoproj.io argocd/web": .plain, "Service web/web": .plain,
                "ClusterRole.rbac.authorization.k8s.io reader": .plain,
                "Service deep": .leftOut, "Service other": .leftOut,
            ])
        #expect(found.unrendered.isEmpty)
        #expect(found.bringers.map(\.name) == ["the source", "Application argocd/web"])
    }

    @Test func `what is computed is listed, not rendered, and its parts are inputs`() {
        let found = inventory(
            [
                "apps/a.yaml": application("chart", path: "chart"),
                "apps/b.yaml": application("over", path: "over"),
                "apps/c.yaml": application("values", path: "plain", ", helm: { values: x }"),
                "apps/d.yaml": application("gone", path: "x")
                    .replacing("git.example:state", with: "git.example:other"),
                "apps/e.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\n"
                    + "metadata: { name: set, namespace: argocd }\n",
                "chart/Chart.yaml": "name: c\n", "chart/values.yaml": "a: 1\n",
                "chart/templates/x.yaml": "{{ if }}\n",
                "over/kustomization.yaml": "resources: [../base]\nnamePrefix: x-\n",
                "base/kustomization.yaml": "resources: [a.yaml]\n",
                "base/a.yaml": manifest("Service", "base"),
                "base/left.yaml": manifest("Service", "left"),
                "plain/a.yaml": manifest("Service", "plain"),
            ], path: "apps", isDeep: false)
        #expect(found.faults.isEmpty)
        #expect(
            Set(found.unrendered.map(\.form)) == [
                "helm", "kustomize", "other repository", "generator",
            ])
        let standing = Dictionary(
            uniqueKeysWithValues: found.objects.map { ($0.name.name, $0.standing) })
        #expect(standing["base"] == .input)
        #expect(standing["left"] == .leftOut)
        #expect(standing["plain"] == .input)
        #expect(found.computed.count == 4)
    }

    @Test func `a kustomization that only lists is taken as it stands; Flux follows its paths`() {
        let flux = """
            apiVersion: kustomize.toolkit.fluxcd.io/v1
            kind: Kustomization
            metadata: { name: apps, namespace: flux-system }
            spec: { path: ./apps, prune: true, targetNamespace: team, sourceRef: { kind: GitRepository } }

            """
        let found = inventory([
            "home/kustomization.yaml": "resources: [apps.yaml, more]\n",
            "home/more/kustomization.yaml": "resources: [a.yaml]\n",
            "home/more/a.yaml": manifest("Namespace", "team"),
            "home/apps.yaml": flux, "home/unlisted.yaml": manifest("Namespace", "unlisted"),
            "apps/web/a.yaml": manifest("Service", "web"),
        ])
        #expect(found.unrendered.isEmpty)
        let plain = found.objects.filter { $0.standing == .plain }.map(\.name.description)
        #expect(
            Set(plain) == [
                "Namespace team", "Kustomization.kustomize.toolkit.fluxcd.io flux-system/apps",
                "Service team/web",
            ])
        #expect(found.bringers.last { $0.path == "apps" }?.prunes == true)
    }

    @Test func `what no kustomization names and what Argo CD is told to skip keeps nothing alive`()
    {
        let files = [
            "home/a.yaml": application("web", path: "web"),
            "home/values.yaml": "# +argocd:skip-file-rendering\nreplicas: 1\n",
            "home/chart.yaml": "{{- /* +argocd:skip-file-rendering */ -}}\na: {{ b }}\n",
            "web/kustomization.yaml":
                "resources: [b.yaml]\npatches: [{ path: p.yaml }]\nnamePrefix: x\n",
            "web/b.yaml": manifest("ConfigMap", "named"),
            "web/p.yaml": manifest("ConfigMap", "patch"),
            "web/lost.yaml": manifest("ConfigMap", "lost"),
        ]
        let found = inventory(files, isDeep: false)
        #expect(found.faults.isEmpty)
        #expect(
            found.objects.map { "\($0.name.name) \($0.standing.rawValue)" }
                == ["web plain", "named input", "lost left-out", "patch input"])
    }

    @Test func `circles of bringers and of kustomizations end`() {
        let found = inventory([
            "home/a.yaml": application("self", path: "home"),
            "home/b.yaml": application("other", path: "b"),
            "b/kustomization.yaml": "resources: [../b, ../c]\n",
            "c/kustomization.yaml": "resources: [../b]\n",
        ])
        #expect(found.bringers.count == 3)
        #expect(found.faults.isEmpty)
    }

    @Test func `images, claims, seals and kinds nobody defines are found wherever they stand`() {
        let pod =
            "{ initContainers: [{ name: i, image: init:1 }], "
            + "containers: [{ name: c, image: \"zot.example/app@sha256:0\" }], "
            + "volumes: [{ name: m, image: { reference: \"quay.io/model:2\" } }] }"
        let found = inventory([
            "home/a.yaml": [
                manifest(
                    "CronJob", "job",
                    "spec: { jobTemplate: { spec: { template: { spec: \(pod) } } } }\n",
                    version: "batch/v1"),
                manifest(
                    "StatefulSet", "db",
                    "spec: { volumeClaimTemplates: [{ spec: { storageClassName: fast } }] }\n",
                    version: "apps/v1"),
                manifest(
                    "PersistentVolumeClaim", "named",
                    "spec: { storageClassName: none, volumeName: pv }\n"),
                manifest("StorageClass", "slow", version: "storage.k8s.io/v1"),
                manifest(
                    "SealedSecret", "seal",
                    "  annotations: { sealedsecrets.bitnami.com/cluster-wide: \"true\" }\n",
                    version: "bitnami.com/v1alpha1"),
                manifest("Widget", "w", version: "example.org/v1"),
                manifest("Gadget", "g", version: "example.org/v1"),
                manifest(
                    "CustomResourceDefinition", "gadgets.example.org",
                    "spec: { group: example.org, scope: Cluster, names: { kind: Gadget } }\n",
                    version: "apiextensions.k8s.io/v1"),
            ].joined(separator: "---\n")
        ])
        #expect(
            found.images.map(\.reference) == [
                "init:1", "quay.io/model:2", "zot.example/app@sha256:0",
            ])
        #expect(found.images.map(\.registry) == ["docker.io", "quay.io", "zot.example"])
        #expect(found.storageClassesUsed.keys.sorted() == ["fast"])
        #expect(found.storageClassesDefined == ["slow"])
        #expect(found.sealed.map(\.scope) == ["cluster-wide"])
        #expect(
            found.undefinedKinds(brought: []).keys.sorted() == [
                "SealedSecret.bitnami.com", "Widget.example.org",
            ])
        #expect(found.objects.contains { $0.name.description == "Gadget.example.org g" })
    }
}
