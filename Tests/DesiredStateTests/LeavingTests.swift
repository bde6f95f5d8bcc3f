import DesiredState
import JSON
import Testing

/// What becomes of what was brought and has left Git.
@Suite struct LeavingTests {
    /// An Application that brought `names` and is in the cluster.
    private func brought(_ application: String, _ names: [String]) -> JSONValue {
        [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": ["name": .string(application), "namespace": "argocd"],
            "status": [
                "resources": .array(
                    names.map {
                        [
                            "kind": "ConfigMap", "namespace": .string(application),
                            "name": .string($0),
                        ]
                    })
            ],
        ]
    }

    @Test
    func `what leaves Git goes where pruning is on, stays where it is off, is open where computed`()
    {
        func signs(_ policy: String, _ source: String = "", kept: Bool = false) -> [String] {
            let wanted = inventory([
                "home/a.yaml": application("web", path: "web", source, policy: policy),
                "web/a.yaml": manifest("ConfigMap", "still"),
            ])
            var gone: JSONValue = [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": "gone", "namespace": "web"],
            ]
            if kept {
                gone["metadata"]?["annotations"] = [
                    "argocd.argoproj.io/sync-options": "Prune=false"
                ]
            }
            let preview = Preview(
                wanted,
                live: .init(objects: [brought("web", ["still", "gone"]), gone], silences: [:]))
            return preview.changes.map { "\($0.sign.rawValue) \($0.name.name)" }
                .filter { $0.hasSuffix("gone") } + preview.left.map { "stays \($0.name.name)" }
        }
        #expect(signs("automated: { prune: true }") == ["- gone"])
        #expect(signs("automated: { prune: false }") == ["stays gone"])
        #expect(signs("") == ["stays gone"])
        #expect(signs("automated: { prune: true }", kept: true) == ["stays gone"])
        #expect(signs("automated: { prune: true }", ", kustomize: { namePrefix: x }") == ["? gone"])
    }

    @Test func `where two bringers disagree, the worse of what they say is told`() {
        let wanted = inventory([
            "home/a.yaml": application(
                "open", path: "open", ", kustomize: { namePrefix: x }", policy: ""),
            "home/b.yaml": application("keeps", path: "keeps", policy: ""),
            "open/a.yaml": manifest("ConfigMap", "one"),
            "keeps/a.yaml": manifest("ConfigMap", "two"),
        ])
        func sign(_ bringers: String...) -> [ObjectChange.Sign] {
            let live = bringers.map { name in
                var bringer = brought(name, ["shared"])
                bringer["status"]?["resources"] = [
                    ["kind": "ConfigMap", "namespace": "x", "name": "shared"]
                ]
                return bringer
            }
            return Preview(wanted, live: .init(objects: live, silences: [:])).changes
                .filter { $0.name.name == "shared" }.map(\.sign)
        }
        #expect(sign("gone", "open") == [.removed] && sign("open", "gone") == [.removed])
        #expect(sign("keeps", "open") == [.unknown] && sign("open", "keeps") == [.unknown])
        #expect(sign("keeps") == [])
    }

    @Test func `an Application that leaves Git takes along what its finalizer lets it take`() {
        func live(_ name: String, finalizer: Bool, _ rows: [JSONValue]) -> JSONValue {
            var object: JSONValue = [
                "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
                "metadata": ["name": .string(name), "namespace": "argocd"],
                "status": ["resources": .array(rows)],
            ]
            if finalizer {
                object["metadata"]?["finalizers"] = ["resources-finalizer.argocd.argoproj.io"]
            }
            return object
        }
        func child(_ name: String) -> JSONValue {
            [
                "group": "argoproj.io", "kind": "Application", "namespace": "argocd",
                "name": .string(name),
            ]
        }
        func map(_ name: String) -> JSONValue {
            ["kind": "ConfigMap", "namespace": "x", "name": .string(name)]
        }
        func object(_ name: String, _ annotation: String, _ value: String) -> JSONValue {
            [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": [
                    "name": .string(name), "namespace": "x",
                    "annotations": [annotation: .string(value)],
                ],
            ]
        }
        let options = "argocd.argoproj.io/sync-options"
        var made = live("made", finalizer: true, [map("of-a-set")])
        made["metadata"]?["ownerReferences"] = [["kind": "ApplicationSet", "name": "s"]]
        let preview = Preview(
            inventory(["home/a.yaml": manifest("ConfigMap", "one")]),
            live: .init(
                objects: [
                    live("root", finalizer: false, [child("all"), child("plain"), map("roots")]),
                    live(
                        "all", finalizer: true,
                        [child("below"), map("pruned-never"), map("kept"), map("kept-by-helm")]),
                    live("plain", finalizer: false, [map("orphan")]),
                    live("below", finalizer: true, [map("deep")]), made,
                    object("pruned-never", options, "Prune=false"),
                    object("kept", options, "Validate=false, Delete=false"),
                    object("kept-by-helm", "helm.sh/resource-policy", "keep"),
                    object("roots", "helm.sh/resource-policy", "keep"),
                ], silences: [:]))
        #expect(
            preview.deletions.map(\.name.name)
                == ["all", "below", "plain", "deep", "pruned-never", "roots"])
        #expect(preview.left.map(\.name.name) == ["kept", "kept-by-helm", "orphan"])
        #expect(preview.open.map(\.name.name) == ["of-a-set"])
    }

    @Test func `Applications that bring each other are told, and none of them as staying`() {
        func live(_ name: String, brings other: String) -> JSONValue {
            [
                "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
                "metadata": ["name": .string(name), "namespace": "argocd"],
                "status": [
                    "resources": [
                        [
                            "group": "argoproj.io", "kind": "Application", "namespace": "argocd",
                            "name": .string(other),
                        ]
                    ]
                ],
            ]
        }
        let preview = Preview(
            inventory(["home/a.yaml": manifest("ConfigMap", "one")]),
            live: .init(
                objects: [
                    live("a", brings: "b"), live("b", brings: "c"), live("c", brings: "a"),
                ], silences: [:]))
        #expect(preview.deletions.map(\.name.name) == ["a", "b", "c"])
    }

    @Test
    func `what Fleet deployed and its commit does not have goes, as each cluster's share says`() {
        let wanted = inventory(["home/a.yaml": manifest("ConfigMap", "one")])
        let share: JSONValue = [
            "apiVersion": "fleet.cattle.io/v1alpha1", "kind": "BundleDeployment",
            "metadata": [
                "name": "state-home", "namespace": "cluster-fleet-default-local-1",
                "labels": [
                    "fleet.cattle.io/repo-name": "state",
                    "fleet.cattle.io/bundle-namespace": "fleet-default",
                ],
            ],
            "status": [
                "resources": [
                    [
                        "apiVersion": "v1", "kind": "ConfigMap", "namespace": "default",
                        "name": "one",
                    ],
                    [
                        "apiVersion": "apps/v1", "kind": "Deployment", "namespace": "web",
                        "name": "old",
                    ],
                ]
            ],
        ]
        let preview = Preview(wanted, live: .init(objects: [share], silences: [:]))
        #expect(preview.deletions.map(\.name.description) == ["Deployment.apps web/old"])
        #expect(preview.deletions.first?.note.contains("GitRepo fleet-default/state") == true)
    }

    @Test func `an Application Git does not have, Flux's inventory and silence are told`() {
        let wanted = inventory(["home/a.yaml": manifest("ConfigMap", "one")])
        let flux: JSONValue = [
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
            "metadata": ["name": "apps", "namespace": "flux-system"],
            "status": [
                "inventory": [
                    "entries": [
                        ["id": "web_site_apps_Deployment", "v": "v1"],
                        ["id": "_reader__x_rbac.authorization.k8s.io_ClusterRole", "v": "v1"],
                    ]
                ]
            ],
        ]
        let preview = Preview(
            wanted,
            live: .init(
                objects: [brought("root", ["old"]), flux], silences: ["ConfigMap.": "forbidden"]))
        #expect(
            preview.deletions.map(\.name.description) == [
                "ClusterRole.rbac.authorization.k8s.io reader:x", "ConfigMap root/old",
                "Deployment.apps web/site",
            ])
        #expect(preview.open.map(\.name.description) == ["ConfigMap default/one"])
        #expect(preview.open.first?.note.contains("forbidden") == true)
    }

    @Test func `of a Kustomization that Git itself lets go it is told that it prunes at once`() {
        func note(_ suspension: String) -> String? {
            let wanted = inventory([
                "home/tier.yaml": kustomization("tier", path: "tier"),
                "tier/inner.yaml": kustomization("inner", path: "inner", suspension),
                "inner/a.yaml": manifest("ConfigMap", "stays"),
            ])
            let flux: JSONValue = [
                "apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
                "metadata": ["name": "inner", "namespace": "flux-system"],
                "status": ["inventory": ["entries": [["id": "default_gone__ConfigMap"]]]],
            ]
            let preview = Preview(wanted, live: .init(objects: [flux], silences: [:]))
            return preview.deletions.first { $0.name.name == "gone" }?.note
        }
        let prunes = "Kustomization flux-system/inner prunes"
        #expect(note("") == prunes)
        #expect(
            note(", suspend: false")
                == prunes + " as soon as it is let go, which Git itself does (suspend: false)")
    }
}
