import DesiredState
import JSON
import Testing

/// What an engine says itself of what it brought, beside the files.
@Suite struct EngineWordTests {
    private let commit = String(repeating: "a", count: 40)

    private func application(
        _ name: String, _ rows: [JSONValue], at commit: String = "", set: String? = nil,
        finalizer: Bool = false
    ) -> JSONValue {
        var object: JSONValue = [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": ["name": .string(name), "namespace": "argocd"],
            "status": [
                "resources": .array(rows), "sync": ["revision": .string(commit)],
            ],
        ]
        if let set {
            object["metadata"]?["ownerReferences"] = [
                ["kind": "ApplicationSet", "name": .string(set)]
            ]
        }
        if finalizer {
            object["metadata"]?["finalizers"] = ["resources-finalizer.argocd.argoproj.io"]
        }
        return object
    }

    private func row(_ name: String, toGo: Bool = false, isHook: Bool = false) -> JSONValue {
        var row: JSONValue = ["kind": "ConfigMap", "namespace": "web", "name": .string(name)]
        if toGo || isHook { row["requiresPruning"] = true }
        if isHook { row["hook"] = true }
        return row
    }

    private func signs(_ preview: Preview) -> Set<String> {
        Set(
            preview.changes.map { "\($0.sign.rawValue) \($0.name.name)" }
                + preview.left.map { "stays \($0.name.name)" })
    }

    /// A patch that deletes has the name of what it deletes.
    @Test func `what Argo CD has rendered counts, whatever lies in the folder`() {
        let wanted = inventory([
            "home/a.yaml": DesiredStateTests.application(
                "web", path: "web", policy: "automated: { prune: true }"),
            "web/kustomization.yaml": "resources: [b.yaml]\npatches: [{ path: lost.yaml }]\n",
            "web/b.yaml": manifest("ConfigMap", "stays"),
            "web/lost.yaml": manifest("ConfigMap", "lost", "$patch: delete\n")
                + "---\n" + manifest("ConfigMap", "migrate"),
        ])
        func found(_ seen: String) -> Set<String> {
            signs(
                Preview(
                    wanted,
                    live: .init(
                        objects: [
                            application(
                                "web",
                                [
                                    row("stays"), row("lost", toGo: true),
                                    row("migrate", isHook: true),
                                ], at: seen)
                        ], silences: [:]), at: commit)
            ).subtracting(["~ web"])
        }
        #expect(found(commit) == ["- lost"], "and not the hook")
        #expect(found(String(repeating: "b", count: 40)) == [], "it looked at something else")
    }

    @Test func `what goes with an Application that a set makes goes, kept or not`() {
        var kept: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "kept", "namespace": "web"],
        ]
        kept["metadata"]?["annotations"] = ["argocd.argoproj.io/sync-options": "Prune=false"]
        let set: JSONValue = [
            "group": "argoproj.io", "kind": "ApplicationSet", "namespace": "argocd", "name": "all",
        ]
        func found(finalizer: Bool, isSetGone: Bool) -> Set<String> {
            let root = application("root", isSetGone ? [set] : [])
            let made = application(
                "made", [row("kept"), row("other")], set: "all", finalizer: finalizer)
            return signs(
                Preview(
                    inventory([
                        "home/a.yaml": manifest("ConfigMap", "one")
                    ]), live: .init(objects: [root, made, kept], silences: [:]))
            ).subtracting(["+ one", "- all"])
        }
        #expect(found(finalizer: true, isSetGone: true) == ["- kept", "- other"])
        #expect(found(finalizer: false, isSetGone: true) == ["stays kept", "stays other"])
        #expect(found(finalizer: true, isSetGone: false) == ["? kept", "? other"])
        #expect(found(finalizer: false, isSetGone: false) == ["stays kept", "? other"])
    }

    @Test func `of a root that computes it is not known what goes`() {
        let files = [
            "home/kustomization.yaml": "resources: [a.yaml]\nnamePrefix: x\n",
            "home/a.yaml": manifest("ConfigMap", "one"),
        ]
        let live = Preview.Live(objects: [application("root", [row("made")])], silences: [:])
        #expect(Preview(inventory(files), live: live).open.map(\.name.name) == ["made"])
        let plain = inventory(["home/a.yaml": manifest("ConfigMap", "one")])
        #expect(Preview(plain, live: live).deletions.map(\.name.name) == ["made"])
    }

    @Test func `a definition takes every object of its kind along`() {
        let crd: JSONValue = [
            "group": "apiextensions.k8s.io", "kind": "CustomResourceDefinition",
            "name": "volumes.longhorn.io",
        ]
        let wanted = inventory([
            "home/a.yaml": DesiredStateTests.application(
                "web", path: "web", policy: "automated: { prune: true }"),
            "web/a.yaml": manifest("ConfigMap", "x"),
        ])
        let preview = Preview(
            wanted, live: .init(objects: [application("web", [crd])], silences: [:]))
        #expect(
            preview.deletions.map(\.note) == [
                "Application argocd/web prunes, and takes every object of its kind along"
            ])
    }

    @Test func `who agreed to what may be deleted has agreed to its deletion, of that object`() {
        let agreed = "? ConfigMap web/lost  (Application web computes)\n+ ConfigMap web/new  (x)\n"
        let now = """
            - ConfigMap web/lost  (Application web prunes)
            - ConfigMap web/lost2  (Application web prunes)
            - ConfigMap web/new  (Application web prunes)

            """
        #expect(
            ChangeList.lines(now, without: agreed) == [
                "- ConfigMap web/lost2  (Application web prunes)",
                "- ConfigMap web/new  (Application web prunes)",
            ])
        #expect(ChangeList.lines(agreed, without: agreed) == [])
    }
}
