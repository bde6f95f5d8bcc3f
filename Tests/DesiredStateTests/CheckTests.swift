import DesiredState
import Estates
import Testing

@Suite struct CheckTests {
    private func codes(
        _ inventory: Inventory, _ change: (inout DesiredCheck.Setting) -> Void = { _ in }
    )
        -> [String]
    {
        var setting = DesiredCheck.Setting()
        setting.engine = "argocd"
        setting.distribution = "k3s"
        change(&setting)
        return DesiredCheck(inventory, setting).findings.map { "\($0.weight.rawValue) \($0.code)" }
    }

    @Test func `a quiet desired state has nothing to say`() {
        #expect(codes(inventory(["home/a.yaml": manifest("Namespace", "x")])).isEmpty)
    }

    @Test func `an empty folder, one that is gone and allowEmpty stop whoever lets go`() {
        let policy = "automated: { prune: true, allowEmpty: true }"
        let found = inventory([
            "home/a.yaml": application("none", path: "none", policy: policy)
        ])
        #expect(codes(found) == ["blocks DS-ALLOWEMPTY", "blocks DS-EMPTY", "note DS-CHILD"])
        #expect(codes(inventory([:])) == ["blocks DS-EMPTY"])
    }

    @Test func `an image from the cluster's own registry is a circle`() {
        let pod = "spec: { containers: [{ name: c, image: \"zot.example/app:1\" }] }\n"
        let route = manifest(
            "Ingress", "zot", "spec: { rules: [{ host: zot.example }] }\n",
            version: "networking.k8s.io/v1")
        let pods = manifest("Pod", "app", pod)
        #expect(codes(inventory(["home/a.yaml": pods])) == [])
        #expect(
            codes(inventory(["home/a.yaml": pods + "---\n" + route])) == ["matters DS-REGISTRY"])
        #expect(
            codes(inventory(["home/a.yaml": pods])) { $0.registries = ["zot.example"] }
                == ["matters DS-REGISTRY"])
        let service = pods.replacing("zot.example/", with: "zot.zot.svc.cluster.local:5000/")
        #expect(codes(inventory(["home/a.yaml": service])) == ["matters DS-REGISTRY"])
    }

    @Test func `seals without a backed-up key, classes and kinds from nowhere are told`() {
        let found = inventory([
            "home/a.yaml": manifest("SealedSecret", "s", version: "bitnami.com/v1alpha1"),
            "home/b.yaml": manifest(
                "PersistentVolumeClaim", "c", "spec: { storageClassName: fast }\n"),
            "home/c.yaml": manifest(
                "PersistentVolumeClaim", "d", "spec: { storageClassName: local-path }\n"),
        ])
        #expect(codes(found) == ["blocks DS-SEALED", "matters DS-KINDS", "matters DS-STORAGE"])
        #expect(
            codes(found) {
                $0.hasSealingKeys = true
                $0.storageClasses = ["fast"]
            } == ["matters DS-KINDS"])
    }

    @Test func `claims under a pruning Application are in danger unless they are marked`() {
        let claim = manifest("PersistentVolumeClaim", "c")
        let files = [
            "home/a.yaml": application("db", path: "db", policy: "automated: { prune: true }"),
            "db/a.yaml": claim,
        ]
        #expect(codes(inventory(files)) == ["matters DS-PRUNE", "note DS-CHILD"])
        let marked = claim.replacing(
            "  name: c\n",
            with: "  name: c\n  annotations:\n"
                + "    argocd.argoproj.io/sync-options: Delete=false, Prune=false\n")
        var other = files
        other["db/a.yaml"] = marked
        #expect(codes(inventory(other)) == ["note DS-CHILD"])
        other = files
        other["home/a.yaml"] = application(
            "db", path: "db", policy: "automated: { prune: true, enabled: false }")
        #expect(codes(inventory(other)) == ["note DS-CHILD"])
    }

    @Test func `one object in two files and files that do not parse are told with their places`() {
        let found = inventory([
            "home/a.yaml": manifest("Namespace", "x"), "home/b.yaml": manifest("Namespace", "x"),
            "home/c.yaml": "a: 1\na: 2\n",
        ])
        #expect(codes(found) == ["blocks RB-DUPKEY", "matters DS-TWICE"])
    }

    @Test func `a suspension that Git has a word in is told, of those no root holds`() {
        func found(_ root: String, _ inner: String) -> [String] {
            let files = [
                "home/tier.yaml": kustomization("tier", path: "tier", root),
                "tier/inner.yaml": kustomization("inner", path: "inner", inner),
                "inner/a.yaml": manifest("ConfigMap", "a"),
            ]
            return DesiredCheck(inventory(files), DesiredCheck.Setting()).findings
                .filter { $0.code == "DS-SUSPEND" }.map { "\($0.weight.rawValue) \($0.subject)" }
        }
        #expect(found("", "") == [])
        #expect(found(", suspend: false", "") == [])
        #expect(
            found("", ", suspend: false") == ["matters Kustomization flux-system/inner"])
        #expect(
            found(", suspend: true", "") == [
                "note Kustomization.kustomize.toolkit.fluxcd.io flux-system/tier"
            ])
    }
}
